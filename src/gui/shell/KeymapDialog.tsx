/** The keys of every action, to be searched, changed by pressing other ones, and reset. Every change is in keymap.json at once. */
import { Keyboard, Plus, RotateCcw, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent as ReactKeyboardEvent } from 'react';
import { KEY_PROFILES, type KeymapChange } from '../../core/actions/index.ts';
import { keyTrouble } from '../../core/base/keys.ts';
import { useMirror } from '../client/hooks.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Scroller } from '../ui/Scroller.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { isMac, keyLabel } from '../ui/keyLabel.ts';
import { Keys, SearchLine, Strip } from './ActionList.tsx';
import { addressOf, type Command } from './command.ts';
import { everyCommand, inTab } from './commands.ts';
import { useDesk, type Desk } from './desk.ts';
import { groupsOf } from './groupsOf.ts';
import { inMenuOrder } from './helpRows.ts';
import { keymapTrouble, PROFILE_NAMES, TAKEN_BY_TAB, writeKeymap } from './keymap.ts';
import { planKeys, type Bindings, type KeyPlan } from './keyPlan.ts';
import { keysOf } from './shortcuts.ts';
import { sharedKeys, sharedKeySentence } from './takenKeys.ts';
import list from './ActionList.module.css';
import css from './KeymapDialog.module.css';

export function KeymapDialog({ onClose }: { readonly onClose: () => void }) {
  const desk = useDesk();
  const file = useMirror((mirror) => mirror.keymap);
  useEffect(() => desk.client.rereadKeymap(), [desk]);
  const [text, setText] = useState('');
  const [scope, setScope] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  // What keymap.json held before each change made here, for Undo.
  const [past, setPast] = useState<readonly (string | null)[]>([]);
  const commands = inMenuOrder(everyCommand(desk).filter(({ hidden }) => hidden !== true));
  const rows = commands.filter((command) => (scope === null || command.scope === scope) && matches(command, text));
  const isOff = keymapTrouble(desk) !== null;

  const write = async (what: () => Promise<string | null>, before: readonly (string | null)[]): Promise<void> => {
    const refusal = await what();
    setError(refusal);
    if (refusal === null) setPast(before);
  };
  const change = (wanted: KeymapChange): Promise<void> => write(() => desk.changeKeymap(wanted), [...past, file.text]);
  const undo = (): Promise<void> => write(() => writeKeymap(desk, past.at(-1) ?? EMPTY), past.slice(0, -1));
  return (
    <Dialog
      title="Edit shortcuts"
      width={920}
      onClose={onClose}
      footer={
        <>
          <p className={list.foot}>Kept in {file.path}</p>
          <Button disabled={past.length === 0} onPress={() => void undo()}>
            Undo
          </Button>
          <Button danger disabled={desk.keys().asked.size === 0} onPress={() => void change({ resetAll: true })}>
            Reset all
          </Button>
          <Button onPress={onClose}>Done</Button>
        </>
      }
    >
      <div className={list.whole} onKeyDown={walk}>
        <SearchLine
          label="Search the shortcuts"
          placeholder="Search: merge, ctrl+z, WaveformView"
          text={text}
          onText={setText}
          scopes={[...new Set(commands.map((command) => command.scope))]}
          scope={scope}
          onScope={setScope}
          count={rows.length}
        >
          <Profile desk={desk} onChange={change} />
        </SearchLine>
        {error !== null && <Strip text={error} />}
        {sharedKeys(desk).map((shared) => (
          <Strip key={addressOf(shared.command) + shared.key} text={sharedKeySentence(shared)} />
        ))}
        <Problems desk={desk} onChange={change} onRenew={() => void write(() => writeKeymap(desk, EMPTY), [])} />
        <Rows commands={commands} rows={rows} locked={isOff} onChange={change} />
      </div>
    </Dialog>
  );
}

const EMPTY = '{\n  "profile": "mission",\n  "bindings": {}\n}\n';

interface Changes {
  readonly onChange: (change: KeymapChange) => Promise<void>;
}

function matches(command: Command, text: string): boolean {
  const keys = command.keys.flatMap((key) => [key, keyLabel(key)]);
  const haystack = [command.title, addressOf(command), groupsOf(command), command.doc, ...keys]
    .join('\n')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

function Profile({ desk, onChange }: Changes & { readonly desk: Desk }) {
  return (
    <label className={list.scope} title="What the keys and wheel gestures are that are not changed here">
      <Keyboard size={14} strokeWidth={1.75} />
      <select
        className={`${list.select} ${css.profile}`}
        aria-label="Key profile"
        value={desk.keys().profile}
        onChange={({ target }) => {
          const profile = KEY_PROFILES.find((name) => name === target.value);
          if (profile !== undefined) void onChange({ profile });
        }}
      >
        {KEY_PROFILES.map((name) => (
          <option key={name} value={name}>
            {PROFILE_NAMES[name]}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Why keymap.json is not in force. Entries can be taken out one by one; a file that is no keymap can only be begun anew. */
function Problems({ desk, onChange, onRenew }: Changes & { readonly desk: Desk; readonly onRenew: () => void }) {
  const trouble = keymapTrouble(desk);
  if (trouble === null) return null;
  const { problems, asked } = desk.keys();
  const entries = [...new Set(problems.flatMap((problem) => problem.entries))].filter((name) => asked.has(name));
  const isKeymap = problems.length > 0 && problems.every((problem) => problem.entries.some((name) => asked.has(name)));
  return (
    <Strip text={trouble}>
      <span className={css.ways}>
        {isKeymap
          ? entries.map((name) => (
              <Button key={name} onPress={() => void onChange({ bindings: new Map([[name, null]]) })}>
                Take out {name}
              </Button>
            ))
          : desk.client.mirror.getState().keymap.trouble === null && (
              <Button onPress={onRenew}>Set it aside and begin a new one</Button>
            )}
      </span>
    </Strip>
  );
}

/** The row whose keys are being pressed, and what the last ones would do to other actions. */
interface Editing {
  readonly address: string;
  readonly adds: boolean;
  readonly plan: KeyPlan | null;
  readonly note: string | null;
}

interface RowsProps extends Changes {
  /** All that can have keys. */
  readonly commands: readonly Command[];
  /** Those listed. */
  readonly rows: readonly Command[];
  /** Nothing can be changed before the problems of the file are solved. */
  readonly locked: boolean;
}

function Rows({ commands, rows, locked, onChange }: RowsProps) {
  const [editing, setEditing] = useState<Editing | null>(null);
  const apply = (bindings: Bindings): void => {
    setEditing(null);
    void onChange({ bindings });
  };
  /** Gives the keys when they are free, else asks. */
  const want = (command: Command, keys: readonly string[], adds: boolean): void => {
    const plan = planKeys(commands, command, keys);
    if (plan.owners.length === 0) apply(plan.takeOver);
    else setEditing({ address: addressOf(command), adds, plan, note: null });
  };
  const begin = (command: Command, adds: boolean): void => {
    if (!locked) setEditing({ address: addressOf(command), adds, plan: null, note: null });
  };
  const press = (command: Command, { adds }: Editing, key: string): void => {
    const trouble = keyTrouble(key);
    if (trouble !== null) setEditing({ address: addressOf(command), adds, plan: null, note: `${trouble}.` });
    else if (command.keys.includes(key)) setEditing(null);
    else want(command, adds ? [...command.keys, key] : [key], adds);
  };
  const onKeyDown = (command: Command, event: ReactKeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') begin(command, event.shiftKey);
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      if (!locked && command.keys.length > 0) want(command, [], false);
    } else return;
    event.preventDefault();
  };
  return (
    <Scroller label="Actions and keys" className={list.scroll}>
      <table className={`${list.table} ${css.rows}`}>
        <colgroup>
          <col />
          <col style={{ width: '34%' }} />
          <col style={{ width: '26%' }} />
          <col style={{ width: 92 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Name in keymap.json</th>
            <th scope="col">Keys</th>
            <th scope="col" aria-label="Change" />
          </tr>
        </thead>
        <tbody>
          {rows.map((command, place) => {
            const address = addressOf(command);
            const own = editing?.address === address ? editing : null;
            return (
              <Row
                key={address}
                command={command}
                editing={own}
                locked={locked}
                first={place === 0}
                onKeyDown={(event) => onKeyDown(command, event)}
                onBegin={(adds) => begin(command, adds)}
                onPress={(key) => own !== null && press(command, own, key)}
                onCancel={() => setEditing(null)}
                onReset={() => want(command, command.defaultKeys, false)}
                onRemove={(key) =>
                  want(
                    command,
                    command.keys.filter((other) => other !== key),
                    false,
                  )
                }
                onApply={apply}
              />
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && <p className={list.none}>No action is called that.</p>}
    </Scroller>
  );
}

/** Up and Down go from row to row, from the search line to the first one and back. */
function walk(event: ReactKeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || event.target instanceof HTMLSelectElement) return;
  const list = event.currentTarget;
  const stops = [...list.querySelectorAll<HTMLElement>('[data-autofocus], tr[data-action]')];
  const present = stops.findIndex((stop) => stop.contains(list.ownerDocument.activeElement));
  event.preventDefault();
  stops[Math.max(present, 0) + step]?.focus();
}

interface RowProps {
  readonly command: Command;
  readonly editing: Editing | null;
  readonly locked: boolean;
  /** Tab leads to this one. */
  readonly first: boolean;
  readonly onKeyDown: (event: ReactKeyboardEvent<HTMLElement>) => void;
  readonly onBegin: (adds: boolean) => void;
  readonly onPress: (key: string) => void;
  readonly onCancel: () => void;
  readonly onReset: () => void;
  readonly onRemove: (key: string) => void;
  readonly onApply: (bindings: Bindings) => void;
}

function Row(props: RowProps) {
  const { command, editing, locked, first, onKeyDown, onBegin, onPress, onCancel, onReset, onApply } = props;
  const changed = command.keys.join(' ') !== command.defaultKeys.join(' ');
  const records = editing !== null && editing.plan === null;
  return (
    <>
      <tr
        tabIndex={first ? 0 : -1}
        data-action={addressOf(command)}
        className={editing === null ? undefined : css.editing}
        title={command.doc}
        onKeyDown={onKeyDown}
        onDoubleClick={() => onBegin(false)}
      >
        <td className={list.name}>
          {command.title}
          {!saysSubmenu(command) && <span className={css.submenu}> · {command.submenu}</span>}
        </td>
        <td>
          <code>{addressOf(command)}</code>
        </td>
        <td>
          {records ? (
            <Recorder note={editing.note} onPress={onPress} onCancel={onCancel} />
          ) : (
            <KeysOfRow {...props} changed={changed} />
          )}
        </td>
        <td>
          {!locked && !records && (
            <span className={css.tools}>
              <IconButton icon={Keyboard} label="Press other keys" onPress={() => onBegin(false)} />
              <IconButton icon={Plus} label="Press keys to add" onPress={() => onBegin(true)} />
              {changed && (
                <IconButton
                  icon={RotateCcw}
                  label={`Back to ${defaultsOf(command)}`}
                  onPress={(event) => {
                    focusRow(event.currentTarget);
                    onReset();
                  }}
                />
              )}
            </span>
          )}
        </td>
      </tr>
      {editing !== null && editing.plan !== null && (
        <Conflict command={command} plan={editing.plan} onApply={onApply} onCancel={onCancel} />
      )}
    </>
  );
}

/** `Move best to noise` needs no `Move best to` beside it. */
const saysSubmenu = ({ submenu, title }: Command): boolean => submenu === undefined || title.startsWith(submenu);

/** The focus goes to the row before a button of it vanishes. */
const focusRow = (element: Element): void => element.closest('tr')?.focus();

const defaultsOf = ({ defaultKeys }: Command): string =>
  defaultKeys.length === 0 ? 'no keys' : defaultKeys.map((key) => keyLabel(key)).join(' or ');

function KeysOfRow({ command, locked, changed, onRemove }: RowProps & { readonly changed: boolean }) {
  if (command.keys.length === 0) return changed ? <span className={css.submenu}>none</span> : null;
  return (
    <span className={list.keys}>
      {command.keys.map((key) => (
        <span key={key} className={css.withRemove}>
          <Keys keys={[key]} changed={changed} />
          {inTab() && TAKEN_BY_TAB.includes(key) && <span className={css.submenu}>not in a tab</span>}
          {!locked && (
            <button
              type="button"
              className={css.remove}
              aria-label={`Remove ${keyLabel(key)}`}
              onClick={(event) => {
                focusRow(event.currentTarget);
                onRemove(key);
              }}
            >
              <X size={11} />
            </button>
          )}
        </span>
      ))}
    </span>
  );
}

interface RecorderProps {
  readonly note: string | null;
  readonly onPress: (key: string) => void;
  readonly onCancel: () => void;
}

/** Takes the next keys pressed anywhere in the window, whatever they would do otherwise. */
function Recorder({ note, onPress, onCancel }: RecorderProps) {
  const place = useRef<HTMLSpanElement>(null);
  const report = useRef({ onPress, onCancel });
  useEffect(() => {
    report.current = { onPress, onCancel };
  });
  useEffect(() => {
    const view = place.current?.ownerDocument.defaultView;
    if (view === null || view === undefined) return;
    const take = (event: KeyboardEvent): void => {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type !== 'keydown' || event.repeat) return;
      const [key] = keysOf(event, isMac());
      if (key === 'esc') report.current.onCancel();
      else if (key !== undefined) report.current.onPress(key);
    };
    const cancel = (): void => report.current.onCancel();
    view.addEventListener('keydown', take, true);
    view.addEventListener('keyup', take, true);
    view.addEventListener('mousedown', cancel, true);
    return () => {
      view.removeEventListener('keydown', take, true);
      view.removeEventListener('mousedown', cancel, true);
      // The release of the last key must not press the button that has the focus.
      view.setTimeout(() => view.removeEventListener('keyup', take, true), RELEASE_MS);
    };
  }, []);
  return (
    <span ref={place} className={css.recorder} role="status">
      {note ?? 'Press the keys.'} Esc cancels
    </span>
  );
}

const RELEASE_MS = 500;

interface ConflictProps {
  readonly command: Command;
  readonly plan: KeyPlan;
  readonly onApply: (bindings: Bindings) => void;
  readonly onCancel: () => void;
}

/** Who has the keys, and what can be done about it. */
function Conflict({ command, plan, onApply, onCancel }: ConflictProps) {
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => row.current?.querySelector('button')?.focus(), []);
  const { owners, swap, takeOver } = plan;
  // The row of the action, which stands above; it has the focus again before this one is gone.
  const back = (): void => {
    const above = row.current?.previousElementSibling;
    if (above !== null && above !== undefined) focusRow(above);
  };
  const apply = (bindings: Bindings): void => {
    back();
    onApply(bindings);
  };
  const cancel = (): void => {
    back();
    onCancel();
  };
  const onKeyDown = (event: ReactKeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    cancel();
  };
  return (
    <tr ref={row} className={css.conflict} onKeyDown={onKeyDown}>
      <td colSpan={4}>
        <span role="alert">
          {owners.map(({ key, owner }) => (
            <span key={`${key} ${addressOf(owner)}`}>
              {keyLabel(key)} is “{owner.title}” ({addressOf(owner)}).{' '}
            </span>
          ))}
        </span>
        <span className={css.ways}>
          <Button onPress={() => apply(takeOver)}>Take over</Button>
          {swap !== null && <Button onPress={() => apply(swap)}>Swap with {keyLabel(givenUp(command, swap))}</Button>}
          <Button onPress={cancel}>Cancel</Button>
        </span>
      </td>
    </tr>
  );
}

/** The key that the other action gets. */
function givenUp(command: Command, swap: Bindings): string {
  const wanted = swap.get(addressOf(command)) ?? command.defaultKeys;
  return command.keys.find((key) => !wanted.includes(key)) ?? '';
}
