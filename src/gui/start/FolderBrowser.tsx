/** Folders to walk through with mouse or keyboard; those that hold a dataset open it. Follows the path in the field. */
import { ChevronRight, CornerLeftUp, Database, FileCode, Folder, House, TriangleAlert } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { ListedEntry, Listing } from '../../core/protocol/start.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { grouped } from '../ui/numbers.ts';
import { moveBetweenRows } from './rowKeys.ts';
import type { StartClient } from './startClient.ts';
import { useListing } from './useListing.ts';
import css from './Lists.module.css';

interface FolderBrowserProps {
  readonly client: StartClient;
  /** What is shown; empty for a place to begin. */
  readonly folder: string;
  readonly onFolder: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

export function FolderBrowser({ client, folder, onFolder, onOpen }: FolderBrowserProps) {
  const newest = useStore(client.state, ({ recent }) => recent?.[0]?.folder);
  // Other datasets lie beside the last one more often than not.
  const first = newest === undefined ? '~' : `${newest}/..`;
  const newestListing = useListing(client, folder === '' ? first : folder, true);
  // While a name is being typed the folder of before stays.
  const [known, setKnown] = useState<Listing | null>(null);
  if (newestListing?.isThere === true && newestListing !== known) setKnown(newestListing);
  const listing = newestListing?.isThere === true ? newestListing : (known ?? newestListing);
  if (listing === null) return <div className={css.body} aria-busy />;
  const parent = listing.crumbs.at(-2)?.path;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (moveBetweenRows(event)) return;
    const inside = event.target instanceof HTMLElement ? event.target.dataset['inside'] : undefined;
    const to = event.key === 'ArrowRight' ? inside : /^(Backspace|ArrowLeft)$/.test(event.key) ? parent : undefined;
    if (to === undefined) return;
    event.preventDefault();
    onFolder(to);
  };
  return (
    <div className={css.body}>
      <Crumbs listing={listing} onFolder={onFolder} />
      {listing.isDataset && (
        <div className={css.found}>
          <Database size={14} strokeWidth={1.75} />
          <span className={css.grow}>This folder holds a sorting.</span>
          <Button onPress={() => onOpen(listing.folder)}>Open this folder</Button>
        </div>
      )}
      <ul className={css.rows} aria-label={`Folders in ${listing.folder}`} key={listing.folder} onKeyDown={onKeyDown}>
        {parent !== undefined && <Up onPress={() => onFolder(parent)} />}
        {listing.entries.map((entry) => (
          <Entry key={entry.path} entry={entry} onFolder={onFolder} onOpen={onOpen} />
        ))}
      </ul>
      <Remark listing={listing} />
    </div>
  );
}

function Crumbs({ listing, onFolder }: { readonly listing: Listing; readonly onFolder: (path: string) => void }) {
  return (
    <nav className={css.crumbs} aria-label="Folder">
      <IconButton icon={House} label="Home folder" onPress={() => onFolder('~')} />
      {listing.crumbs.map(({ name, path }, at) => (
        <span key={path} className={css.crumb}>
          {at > 1 && <ChevronRight size={12} />}
          <button
            type="button"
            aria-current={at === listing.crumbs.length - 1 ? 'location' : undefined}
            onClick={() => onFolder(path)}
          >
            {name}
          </button>
        </span>
      ))}
    </nav>
  );
}

function Up({ onPress }: { readonly onPress: () => void }) {
  return (
    <li className={css.row}>
      <button type="button" data-row className={css.main} onClick={onPress}>
        <CornerLeftUp size={14} strokeWidth={1.75} />
        <span className={css.quiet}>Folder above</span>
      </button>
    </li>
  );
}

interface EntryProps {
  readonly entry: ListedEntry;
  readonly onFolder: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

function Entry({ entry, onFolder, onOpen }: EntryProps) {
  const opens = entry.isDataset || entry.kind === 'file';
  const Sign = entry.isDataset ? Database : entry.kind === 'file' ? FileCode : Folder;
  return (
    <li className={css.row}>
      <button
        type="button"
        data-row
        data-inside={entry.kind === 'folder' ? entry.path : undefined}
        className={css.main}
        onClick={() => (opens ? onOpen(entry.path) : onFolder(entry.path))}
      >
        <Sign size={14} strokeWidth={1.75} />
        <span className={css.name}>{entry.name}</span>
        {opens && <span className={css.quiet}>open {entry.isDataset ? 'dataset' : 'file'}</span>}
      </button>
      {entry.isDataset && (
        <IconButton icon={ChevronRight} label={`Look inside ${entry.name}`} onPress={() => onFolder(entry.path)} />
      )}
    </li>
  );
}

function Remark({ listing }: { readonly listing: Listing }) {
  const more = listing.total - listing.entries.length;
  if (listing.error !== null)
    return (
      <p className={css.trouble} role="alert">
        <TriangleAlert size={13} />
        {listing.error}
      </p>
    );
  if (more > 0) return <p className={css.remark}>{grouped(more)} more; type the beginning of a name in the field.</p>;
  if (listing.entries.length === 0) return <p className={css.remark}>No folders in here.</p>;
  return null;
}
