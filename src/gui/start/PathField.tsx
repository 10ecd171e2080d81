/** The path of a dataset, completed while it is typed. Enter opens it, Tab takes the completion, Esc closes the list. */
import { Database, FileCode, Folder, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { ListedEntry, Listing } from '../../core/protocol/start.ts';
import { grouped } from '../ui/numbers.ts';
import { useInSight, useListbox } from '../ui/useListbox.ts';
import type { StartClient } from './startClient.ts';
import { separatorOf, useListing } from './useListing.ts';
import css from './PathField.module.css';

interface PathFieldProps {
  readonly client: StartClient;
  readonly text: string;
  readonly busy: boolean;
  /** Id of what is said about the path. */
  readonly describedBy: string;
  readonly bad: boolean;
  readonly onText: (text: string) => void;
  readonly onOpen: (path: string) => void;
}

const ICONS = { folder: Folder, file: FileCode } as const;

export function PathField({ client, text, busy, describedBy, bad, onText, onOpen }: PathFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOpen, setOpen] = useState(false);
  const listing = useListing(client, isOpen && text.trim() !== '' ? text : null, false);
  const entries = listing?.entries ?? [];
  const { active, setActive, move, listId, optionId, activeId } = useListbox(entries.length, -1);
  const offers = isOpen && !busy && listing !== null && (entries.length > 0 || listing.error !== null);
  useEffect(() => input.current?.focus(), []);

  const type = (typed: string): void => {
    onText(typed);
    setActive(-1);
    setOpen(true);
  };
  const take = (entry: ListedEntry, from: Listing): void =>
    type(entry.kind === 'folder' ? entry.path + separatorOf(from) : entry.path);
  const open = (path: string): void => {
    setOpen(false);
    onText(path);
    onOpen(path);
  };
  const choose = (entry: ListedEntry, from: Listing): void =>
    entry.isDataset || entry.kind === 'file' ? open(entry.path) : take(entry, from);
  const onKeyDown = (event: KeyboardEvent): void => {
    const handled = keyPressed(event.key, event.shiftKey);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const keyPressed = (key: string, shift: boolean): boolean => {
    const entry = entries[active];
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        setOpen(true);
        move(key === 'ArrowDown' ? 1 : -1);
        return true;
      case 'Enter':
        if (busy) return true;
        if (offers && entry !== undefined) choose(entry, listing);
        else if (text.trim() !== '') open(text);
        return true;
      case 'Tab': {
        const only = entry ?? (entries.length === 1 ? entries[0] : undefined);
        if (shift || !offers || only === undefined || isTyped(text, only)) return false;
        take(only, listing);
        return true;
      }
      case 'Escape':
        // Also while the names are still on their way.
        setOpen(false);
        return offers;
      default:
        return false;
    }
  };

  return (
    <div className={css.host} onBlur={() => setOpen(false)}>
      <input
        ref={input}
        className={`${css.input} ${bad ? css.bad : ''}`}
        role="combobox"
        aria-label="Folder of a dataset, its params.py, or a .kwik file"
        aria-expanded={offers}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={offers ? activeId : undefined}
        aria-describedby={describedBy}
        aria-invalid={bad}
        placeholder="/path/to/params.py, or its folder"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        readOnly={busy}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={css.popup} hidden={!offers} onMouseDown={(event) => event.preventDefault()}>
        <ul id={listId} role="listbox" aria-label="Folders" className={css.list}>
          {offers &&
            entries.map((entry, at) => (
              <Option
                key={entry.path}
                id={optionId(at)}
                entry={entry}
                active={at === active}
                onChoose={() => choose(entry, listing)}
              />
            ))}
        </ul>
        {offers && <Note listing={listing} />}
      </div>
    </div>
  );
}

/** Nothing would change by taking it: Tab then leaves the field. */
const isTyped = (text: string, entry: ListedEntry): boolean => text.replace(/[/\\]$/, '') === entry.path;

interface OptionProps {
  readonly id: string;
  readonly entry: ListedEntry;
  readonly active: boolean;
  readonly onChoose: () => void;
}

function Option({ id, entry, active, onChoose }: OptionProps) {
  const item = useRef<HTMLLIElement>(null);
  useInSight(item, active);
  const Sign = entry.isDataset ? Database : ICONS[entry.kind];
  return (
    <li ref={item} id={id} role="option" aria-selected={active} className={css.option} onClick={onChoose}>
      <Sign size={14} strokeWidth={1.75} />
      <span className={css.name}>{entry.name}</span>
      {entry.isDataset && <span className={css.mark}>dataset</span>}
    </li>
  );
}

function Note({ listing }: { readonly listing: Listing }) {
  if (listing.error !== null)
    return (
      <p className={css.note}>
        <TriangleAlert size={13} />
        {listing.error}
      </p>
    );
  const more = listing.total - listing.entries.length;
  return (
    <p className={css.note}>
      {more > 0 ? `${grouped(more)} more; type on to narrow them down.` : '↑↓ choose   Tab complete   Enter open'}
    </p>
  );
}
