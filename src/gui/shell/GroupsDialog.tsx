/** The groups that clusters are moved to: names, colours, keys, and which of them the wizard skips. In force everywhere once it is saved. */
import { ArrowDown, ArrowUp, Plus, TriangleAlert, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { PhyError } from '../../core/base/errors.ts';
import { checkedGroups, isBuiltIn, spareColor, type ClusterGroup } from '../../core/actions/index.ts';
import { useMirror } from '../client/hooks.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import field from '../ui/Field.module.css';
import { groupLooks } from '../ui/groupLooks.ts';
import { keyLabel } from '../ui/keyLabel.ts';
import { GroupMark } from '../ui/marks.tsx';
import { Toggle } from '../ui/SettingsForm.tsx';
import { useDesk } from './desk.ts';
import { otherKeys } from './takenKeys.ts';
import css from './GroupsDialog.module.css';

/** A group while it is edited; `id` stays when the name is another. */
interface Draft extends ClusterGroup {
  readonly id: number;
}

const NO_GROUPS: readonly ClusterGroup[] = [];

export function GroupsDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const groups = useMirror((mirror) => mirror.snapshot?.groups ?? NO_GROUPS);
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => groups.map((group, id) => ({ ...group, id })));
  const [error, setError] = useState<string | null>(null);
  const [added, setAdded] = useState(-1);
  const looks = useMemo(() => groupLooks(drafts), [drafts]);
  const builtIn = drafts.filter(({ name }, place) => isBuiltIn(name) && place < 4).length;

  const edit = (next: readonly Draft[]): void => {
    setDrafts(next);
    setError(null);
  };
  const change = (id: number, part: Partial<ClusterGroup>): void =>
    edit(drafts.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)));
  const add = (): void => {
    const id = 1 + Math.max(...drafts.map((draft) => draft.id));
    edit([...drafts, { id, name: '', color: spareColor(drafts.length - builtIn), key: null, masked: false }]);
    setAdded(id);
  };
  const move = (place: number, step: 1 | -1): void => {
    const next = [...drafts];
    [next[place], next[place + step]] = [next[place + step], next[place]];
    edit(next);
  };
  const save = async (): Promise<void> => {
    try {
      const list = drafts.map(({ name, color, key, masked }) => ({ name: name.trim(), color, key, masked }));
      const checked = checkedGroups(list, otherKeys(desk), (place) => `Group ${place + 1}`);
      const result = await desk.client.act('set_groups', { groups: checked });
      if (result.ok) onClose();
      else setError(result.message);
    } catch (failure) {
      if (!(failure instanceof PhyError)) throw failure;
      setError(failure.message);
    }
  };

  return (
    <Dialog
      title="Cluster groups"
      width={560}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button primary submit>
            Save groups
          </Button>
        </>
      }
    >
      <div className={css.groups} role="table" aria-label="Groups">
        <div className={css.head} role="row">
          <span role="columnheader">Name</span>
          <span role="columnheader">Colour</span>
          <span role="columnheader">Key</span>
          <span role="columnheader">Wizard</span>
          <span role="columnheader" aria-label="Order" />
        </div>
        {drafts.map((draft, place) => (
          <GroupLine
            key={draft.id}
            draft={draft}
            place={place}
            fixed={place < builtIn}
            focused={draft.id === added}
            sample={<GroupMark look={looks(draft.name)} />}
            color={looks(draft.name).color}
            onChange={(part) => change(draft.id, part)}
            onUp={place > builtIn ? () => move(place, -1) : undefined}
            onDown={place >= builtIn && place < drafts.length - 1 ? () => move(place, 1) : undefined}
            onRemove={() => edit(drafts.filter(({ id }) => id !== draft.id))}
          />
        ))}
      </div>
      <button type="button" className={css.add} onClick={add}>
        <Plus size={14} />
        Add a group
      </button>
      {error === null ? (
        <p className={field.example}>
          A key K moves with {keyLabel('alt+k')} the selected clusters, with {keyLabel('ctrl+k')} the similar ones, with{' '}
          {keyLabel('ctrl+alt+k')} all of them. Names are saved in cluster_group.tsv as they are.
        </p>
      ) : (
        <p className={field.error} role="alert">
          <TriangleAlert size={12} />
          {error}
        </p>
      )}
    </Dialog>
  );
}

interface GroupLineProps {
  readonly draft: Draft;
  readonly place: number;
  /** Built in: its name stays, and so does its place. */
  readonly fixed: boolean;
  readonly focused: boolean;
  readonly sample: ReactNode;
  readonly color: string;
  readonly onChange: (part: Partial<ClusterGroup>) => void;
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
  readonly onRemove: () => void;
}

function GroupLine(props: GroupLineProps) {
  const { draft, place, fixed, focused, sample, color, onChange, onUp, onDown, onRemove } = props;
  const { name, key, masked } = draft;
  const what = name === '' ? `group ${place + 1}` : name;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, [focused]);
  return (
    <div className={css.line} role="row" aria-label={what}>
      <span role="cell" className={css.name} style={{ color }}>
        <span className={css.sample}>{sample}</span>
        {fixed ? (
          name
        ) : (
          <input
            ref={input}
            className={field.input}
            aria-label={`Name of ${what}`}
            value={name}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </span>
      <span role="cell">
        <input
          type="color"
          className={css.color}
          aria-label={`Colour of ${what}`}
          value={draft.color}
          onChange={(event) => onChange({ color: event.target.value })}
        />
      </span>
      <span role="cell">
        <input
          className={`${field.input} ${css.key}`}
          aria-label={`Key of ${what}`}
          value={key?.toUpperCase() ?? ''}
          placeholder="none"
          maxLength={2}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ key: lastLetter(event.target.value) })}
        />
      </span>
      <span role="cell">
        <Toggle label="skips it" on={masked} onToggle={() => onChange({ masked: !masked })} />
      </span>
      <span role="cell" className={css.tools}>
        {!fixed && (
          <>
            <IconButton
              icon={ArrowUp}
              label={`Move ${what} up`}
              reason={onUp === undefined ? 'It is the first of your groups.' : undefined}
              onPress={() => onUp?.()}
            />
            <IconButton
              icon={ArrowDown}
              label={`Move ${what} down`}
              reason={onDown === undefined ? 'It is the last group.' : undefined}
              onPress={() => onDown?.()}
            />
            <IconButton icon={X} label={`Remove ${what}`} onPress={onRemove} />
          </>
        )}
      </span>
    </div>
  );
}

/** The letter typed last takes the place of the one before; anything else is no key. */
function lastLetter(text: string): string | null {
  const letter = text.at(-1)?.toLowerCase() ?? '';
  return /^[a-z]$/.test(letter) ? letter : null;
}
