/** The wizard at hand: undo, steps, merge and split, groups, what is selected, and the save button (look.md 2 and 1.6). */
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Check,
  ChevronDown,
  House,
  Merge,
  Redo2,
  Save,
  Split,
  Undo2,
} from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { Selection } from '../../core/curation/state.ts';
import type { Snapshot } from '../../core/protocol/messages.ts';
import { useMirror } from '../client/hooks.ts';
import { Tip, type Icon } from '../ui/Button.tsx';
import { keyLabel } from '../ui/keyLabel.ts';
import { GroupMark, RankMark } from '../ui/marks.tsx';
import { MenuButton } from '../ui/Menu.tsx';
import { clock, counted } from '../ui/numbers.ts';
import { useGroupLooks } from '../ui/useGroupLooks.ts';
import { useScale } from '../ui/useScale.ts';
import { useSize } from '../ui/useSize.ts';
import { chipsThatFit } from './chipsThatFit.ts';
import { findCommand } from './command.ts';
import { useDesk } from './desk.ts';
import { menuEntries } from './menuEntries.ts';
import { useLassoPresent } from './useLassoPresent.ts';
import css from './Toolbar.module.css';

export function Toolbar() {
  return (
    <div className={css.bar} role="toolbar" aria-label="Curation">
      <History />
      <Separator />
      <Steps />
      <Separator />
      <Tool name="merge" icon={Merge} label="Merge" />
      <Tool name="split" icon={Split} label="Split" />
      <Separator />
      <Groups />
      <Chips />
      <SaveButton />
    </div>
  );
}

const Separator = () => <i className={css.separator} role="separator" aria-orientation="vertical" />;

interface ToolProps {
  readonly name: string;
  readonly icon?: Icon;
  readonly sign?: ReactNode;
  /** Words beside the icon. */
  readonly label?: string;
  /** Tooltip, when the command's title says too little. */
  readonly hint?: string;
  readonly className?: string;
}

/** A button for a command of the registry; disabled ones say why in the tooltip. */
function Tool({ name, icon: Sign, sign, label, hint, className }: ToolProps) {
  const desk = useDesk();
  // Availability is read anew with every state of the engine and every lasso; only another one is rendered.
  const enabled = useMirror(() => findCommand(desk.commands(), name)?.enabled());
  useLassoPresent(desk);
  useMirror((mirror) => mirror.keymap);
  const command = findCommand(desk.commands(), name);
  if (command === undefined || enabled === undefined) return null;
  const disabled = enabled !== true;
  const key = command.keys[0];
  return (
    <Tip text={disabled ? enabled : (hint ?? command.title)} keys={disabled ? undefined : key}>
      <button
        type="button"
        className={`${css.tool} ${label === undefined ? '' : css.labelled} ${className ?? ''}`}
        aria-label={label !== undefined && key !== undefined ? `${command.title} ${keyLabel(key)}` : command.title}
        aria-disabled={disabled}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => desk.start(command)}
      >
        {sign ?? (Sign !== undefined && <Sign size={16} strokeWidth={1.6} />)}
        {label !== undefined && <span className={css.label}>{label}</span>}
        {/* Read as two words. */ ' '}
        {label !== undefined && key !== undefined && <kbd className={css.key}>{keyLabel(key)}</kbd>}
      </button>
    </Tip>
  );
}

function History() {
  const undo = useMirror((mirror) => mirror.snapshot?.undo ?? null);
  const redo = useMirror((mirror) => mirror.snapshot?.redo ?? null);
  return (
    <>
      <Tool name="undo" icon={Undo2} hint={`Undo: ${undo ?? ''}`} />
      <Tool name="redo" icon={Redo2} hint={`Redo: ${redo ?? ''}`} />
    </>
  );
}

function Steps() {
  return (
    <>
      <Tool name="reset_wizard" icon={House} />
      <span className={css.caption}>best</span>
      <Tool name="previous_best" icon={ArrowUp} />
      <Tool name="next_best" icon={ArrowDown} />
      <span className={css.caption}>similar</span>
      <Tool name="previous" icon={ArrowLeft} hint="Previous similar" />
      <Tool name="next" icon={ArrowRight} hint="Next similar" />
    </>
  );
}

/** So many groups of the user have a button of their own where there is room; all groups are in the menu behind them. */
const MOST_OWN = 3;
const NO_GROUPS: Snapshot['groups'] = [];

function Groups() {
  const groups = useMirror((mirror) => mirror.snapshot?.groups ?? NO_GROUPS);
  const own = groups.map(({ name }) => name).filter((name) => !['noise', 'mua', 'good', 'unsorted'].includes(name));
  return (
    <div className={css.groups}>
      {['good', 'mua', 'noise'].map((group) => (
        <GroupTool key={group} group={group} />
      ))}
      {own.slice(0, MOST_OWN).map((group) => (
        <GroupTool key={group} group={group} className={css.own} />
      ))}
      {own.length > 0 && <AllGroups always={own.length > MOST_OWN} />}
      <Separator />
    </div>
  );
}

function GroupTool({ group, className }: { readonly group: string; readonly className?: string }) {
  const desk = useDesk();
  const look = useGroupLooks()(group);
  const name = desk.commands().find(({ move }) => move?.which === 'best' && move.group === group)?.name ?? '';
  const sign = (
    <span style={{ color: look.color }}>
      <GroupMark look={look} />
    </span>
  );
  return <Tool name={name} label={group} sign={sign} className={className} />;
}

/** A menu of every group, for those without a button. */
function AllGroups({ always }: { readonly always: boolean }) {
  const desk = useDesk();
  const entries = () =>
    menuEntries(
      desk.commands().filter(({ move }) => move !== undefined),
      (command) => desk.start(command),
    );
  return (
    <span className={always ? '' : css.all}>
      <MenuButton
        trigger={<button type="button" className={css.tool} aria-label="Move to group" />}
        icon={ChevronDown}
        entries={entries}
      />
    </span>
  );
}

const NOTHING: Selection = { clusters: [], similar: [] };

function Chips() {
  const { clusters, similar } = useMirror((mirror) => mirror.snapshot?.selection ?? NOTHING);
  const host = useRef<HTMLDivElement>(null);
  const [width] = useSize(host);
  const scale = useScale(host);
  const fitting = chipsThatFit([...clusters, ...similar], similar.length > 0, width / scale);
  const shownBest = clusters.slice(0, fitting);
  const shownSimilar = similar.slice(0, Math.max(0, fitting - shownBest.length));
  const more = clusters.length + similar.length - shownBest.length - shownSimilar.length;
  return (
    <div ref={host} className={css.chips} role="group" aria-label="Selected clusters">
      <span className={css.word}>{clusters.length + similar.length === 0 ? 'No cluster selected' : 'Selected'}</span>
      {shownBest.map((id, rank) => (
        <Chip key={id} id={id} rank={rank} />
      ))}
      {shownSimilar.length > 0 && <span>similar</span>}
      {shownSimilar.map((id, place) => (
        <Chip key={id} id={id} rank={clusters.length + place} />
      ))}
      {more > 0 && <span>and {more} more</span>}
    </div>
  );
}

function Chip({ id, rank }: { readonly id: number; readonly rank: number }) {
  return (
    <span className={css.chip}>
      <RankMark rank={rank} />
      {id}
    </span>
  );
}

function SaveButton() {
  const desk = useDesk();
  const dirty = useMirror((mirror) => mirror.snapshot?.dirty === true);
  const count = useMirror((mirror) => mirror.snapshot?.unsavedCount ?? 0);
  const savedAt = useMirror((mirror) => mirror.snapshot?.savedAt ?? null);
  const connection = useStore(desk.client.mirror, (mirror) => mirror.connection);
  useMirror((mirror) => mirror.keymap);
  if (!dirty)
    return (
      <span className={css.saved}>
        {savedAt !== null && <Check size={14} strokeWidth={1.75} />}
        {savedAt === null ? '' : `Saved ${clock(savedAt)}`}
      </span>
    );
  const command = findCommand(desk.commands(), 'save');
  return (
    <Tip text="Save to the dataset folder" keys={command?.keys[0]}>
      <button
        type="button"
        className={css.save}
        disabled={connection !== 'open'}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => command !== undefined && desk.start(command)}
      >
        <Save size={15} strokeWidth={1.75} />
        Save {counted(count, 'change')}
      </button>
    </Tip>
  );
}
