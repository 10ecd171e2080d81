/** Datasets that were opened before: what they are, when it was, and what the disk says about them now. */
import { History, Pin, TriangleAlert, X } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { DatasetPath } from '../../core/protocol/messages.ts';
import type { RecentDataset, RecentFacts } from '../../core/protocol/start.ts';
import { IconButton } from '../ui/Button.tsx';
import { counted } from '../ui/numbers.ts';
import { moveBetweenRows } from './rowKeys.ts';
import type { StartClient } from './startClient.ts';
import { whenSeen } from './when.ts';
import css from './Lists.module.css';

interface RecentListProps {
  readonly client: StartClient;
  readonly onOpen: (dataset: DatasetPath) => void;
}

export function RecentList({ client, onOpen }: RecentListProps) {
  const recent = useStore(client.state, (state) => state.recent);
  const trouble = useStore(client.state, (state) => state.trouble);
  const facts = useStore(client.state, (state) => state.facts);
  const [now] = useState(() => Date.now());
  if (recent === null) return <div className={css.body} aria-busy />;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (moveBetweenRows(event) || event.key !== 'Delete') return;
    const key = event.target instanceof HTMLElement ? event.target.dataset['row'] : undefined;
    if (key !== undefined && key !== '') client.remove(key);
  };
  return (
    <div className={css.body}>
      {trouble !== null && (
        <p className={css.trouble}>
          <TriangleAlert size={13} />
          {trouble}
        </p>
      )}
      {recent.length === 0 ? (
        <Nothing />
      ) : (
        <ul className={css.rows} aria-label="Recent datasets" onKeyDown={onKeyDown}>
          {recent.map((dataset) => (
            <Row
              key={dataset.key}
              client={client}
              dataset={dataset}
              facts={facts.get(dataset.key)}
              when={whenSeen(dataset.openedAt, now)}
              onOpen={() => onOpen({ path: dataset.params, kwik: dataset.kwik, raw: dataset.raw })}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function Nothing() {
  return (
    <div className={css.nothing}>
      <History size={22} strokeWidth={1.5} />
      <p>Nothing was opened yet.</p>
      <p className={css.quiet}>
        Type the folder that the sorter exported, or look for it under Folders. <code>phy demo</code> in a terminal
        makes a synthetic recording to try.
      </p>
    </div>
  );
}

interface RowProps {
  readonly client: StartClient;
  readonly dataset: RecentDataset;
  readonly facts: RecentFacts | undefined;
  readonly when: string;
  readonly onOpen: () => void;
}

function Row({ client, dataset, facts, when, onOpen }: RowProps) {
  const { key, name, folder, pinned, spikeCount, clusterCount } = dataset;
  const isGone = facts?.place === 'gone';
  return (
    <li className={`${css.row} ${isGone ? css.gone : ''}`}>
      <IconButton
        icon={Pin}
        label={pinned ? `Unpin ${name}` : `Pin ${name}`}
        pressed={pinned}
        onPress={() => client.pin(key, !pinned)}
      />
      <button type="button" data-row={key} className={css.main} title={folder} onClick={onOpen}>
        <span className={css.what}>
          <span className={css.name}>{name}</span>
          <span className={css.folder}>
            <bdi>{folder}</bdi>
          </span>
        </span>
        <Signs facts={facts} />
        <span className={css.size}>
          {dataset.raw !== undefined || spikeCount + clusterCount === 0
            ? 'recording'
            : `${counted(spikeCount, 'spike')}, ${counted(clusterCount, 'cluster')}`}
        </span>
        <span className={css.when}>{when}</span>
      </button>
      <IconButton icon={X} label={`Remove ${name} from the list`} onPress={() => client.remove(key)} />
    </li>
  );
}

/** What a person should know before opening it. */
function Signs({ facts }: { readonly facts: RecentFacts | undefined }) {
  const text = facts === undefined ? null : signOf(facts);
  if (text === null) return <span className={css.sign} />;
  return (
    <span className={css.sign}>
      <TriangleAlert size={13} strokeWidth={1.9} />
      {text}
    </span>
  );
}

function signOf({ place, unsaved, isAll, isHeld }: RecentFacts): string | null {
  if (place === 'gone') return 'not found';
  if (place === 'unknown') return 'does not answer';
  if (isHeld) return 'open in another phy';
  if (unsaved > 0) return `${isAll ? '' : 'at least '}${counted(unsaved, 'action')} not saved`;
  return null;
}
