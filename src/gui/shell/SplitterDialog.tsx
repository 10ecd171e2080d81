/** The parameters of a splitter beside what it would do: sizes of the parts, their correlograms and waveforms. Nothing changes before Split. */
import { useEffect, useMemo, useState } from 'react';
import { defaults, type ParamValue } from '../../core/base/params.ts';
import { isAborted, sentenceOf } from '../../core/base/errors.ts';
import type { ActionSpec } from '../../core/actions/action.ts';
import type { SplitPreview } from '../../core/engine/splitPreview.ts';
import type { Client } from '../client/client.ts';
import { ClientContext, useMirror } from '../client/hooks.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { RankMark } from '../ui/marks.tsx';
import { counted, grouped } from '../ui/numbers.ts';
import { SettingsForm } from '../ui/SettingsForm.tsx';
import { createViewInstance } from '../view/createView.ts';
import type { ViewSpec } from '../view/instance.ts';
import { useDesk, type Desk } from './desk.ts';
import { Guard } from './Guard.tsx';
import { trialClient, trySplit, type Trial } from './splitTrial.ts';
import css from './SplitterDialog.module.css';

/** Views of the parts, where the dataset has what they need. */
const PREVIEWS = ['WaveformView', 'CorrelogramView'];
/** A number that is being typed is not tried at every digit. */
const CALM_MS = 250;
/** Parts that are drawn. */
const MOST_DRAWN = 6;

interface Tried {
  readonly trial: Trial;
  readonly preview: SplitPreview | null;
  readonly error: string | null;
}

export function SplitterDialog({ spec, onClose }: { readonly spec: ActionSpec; readonly onClose: () => void }) {
  const desk = useDesk();
  const selection = useMirror((mirror) => mirror.snapshot?.selection ?? null);
  const clusters = useMemo(
    () => [...new Set([...(selection?.clusters ?? []), ...(selection?.similar ?? [])])],
    [selection],
  );
  const specs = spec.form?.params ?? {};
  const [values, setValues] = useState<Readonly<Record<string, ParamValue>>>(() => defaults(specs));
  const [said, setSaid] = useState<string | null>(null);
  const trial = useMemo(() => ({ spec, clusters, values }), [spec, clusters, values]);
  const tried = useTrial(desk.client, trial);
  const isCurrent = tried?.trial === trial;
  const parts = tried?.preview?.parts ?? [];
  const canSplit = isCurrent && parts.length > 1;
  const split = async (): Promise<void> => {
    if (!canSplit) return;
    const result = await desk.client.act(spec.name, { ...values, clusters });
    if (result.ok) onClose();
    else setSaid(result.message);
  };
  return (
    <Dialog
      title={`Split by ${spec.title}`}
      width={720}
      onClose={onClose}
      onSubmit={() => void split()}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button primary autoFocus submit disabled={!canSplit}>
            {canSplit ? `Split into ${parts.length}` : 'Split'}
          </Button>
        </>
      }
    >
      <p className={css.doc}>{spec.doc}</p>
      <div className={css.columns}>
        <section className={css.form} aria-label="Parameters">
          <SettingsForm
            specs={specs}
            values={values}
            defaults={defaults(specs)}
            onChange={(name, value) => setValues({ ...values, [name]: value })}
          />
          <Parts tried={tried} isCurrent={isCurrent} clusters={clusters} />
          {said !== null && (
            <p className={css.error} role="alert">
              {said}
            </p>
          )}
        </section>
        <section className={css.views} aria-label="Preview">
          {tried !== null && parts.length > 1 && <Previews desk={desk} trial={tried.trial} parts={parts.length} />}
        </section>
      </div>
    </Dialog>
  );
}

/** The newest outcome; of an older trial while a newer one is on its way. */
function useTrial(client: Client, trial: Trial): Tried | null {
  const [tried, setTried] = useState<Tried | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      trySplit(client, trial, abort.signal).then(
        (preview) => setTried({ trial, preview, error: null }),
        (error: unknown) => {
          if (!isAborted(error)) setTried({ trial, preview: null, error: sentenceOf(error) });
        },
      );
    }, CALM_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [client, trial]);
  return tried;
}

interface PartsProps {
  readonly tried: Tried | null;
  readonly isCurrent: boolean;
  readonly clusters: readonly number[];
}

function Parts({ tried, isCurrent, clusters }: PartsProps) {
  if (clusters.length === 0) return <p className={css.note}>No cluster is selected. Select one to split it.</p>;
  if (tried === null) return <p className={css.note}>Trying…</p>;
  if (tried.error !== null) {
    return (
      <p className={css.error} role="alert">
        {tried.error}
      </p>
    );
  }
  const { parts = [], note = '' } = tried.preview ?? {};
  const total = parts.reduce((sum, { spikeCount }) => sum + spikeCount, 0);
  return (
    <div className={isCurrent ? undefined : css.old} aria-live="polite">
      <table className={css.parts}>
        <tbody>
          {parts.map(({ label, name, spikeCount }, rank) => (
            <tr key={label}>
              <th scope="row">
                <RankMark rank={rank} /> {name}
              </th>
              <td>{counted(spikeCount, 'spike')}</td>
              <td>{total === 0 ? '' : `${((100 * spikeCount) / total).toFixed(1)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {parts.length < 2 && <p className={css.note}>One part only: there is nothing to split.</p>}
      {parts.length > MOST_DRAWN && <p className={css.note}>The first {grouped(MOST_DRAWN)} parts are drawn.</p>}
      {note !== '' && <p className={css.note}>{note}</p>}
    </div>
  );
}

function Previews({ desk, trial, parts }: { readonly desk: Desk; readonly trial: Trial; readonly parts: number }) {
  const client = useMemo(() => trialClient(desk.client, trial, Math.min(parts, MOST_DRAWN)), [desk, trial, parts]);
  const dataset = desk.client.mirror.getState().dataset;
  const specs = desk.shelf.specs.filter((spec) => PREVIEWS.includes(spec.name));
  return (
    <ClientContext value={client}>
      {specs.map((spec) =>
        dataset === null || spec.missing(dataset) !== null ? null : (
          <Preview key={spec.name} spec={spec} client={client} />
        ),
      )}
    </ClientContext>
  );
}

function Preview({ spec, client }: { readonly spec: ViewSpec; readonly client: Client }) {
  const view = useMemo(() => createViewInstance(spec, spec.name, client), [spec, client]);
  useEffect(() => () => view.dispose(), [view]);
  const { Component } = spec;
  return (
    <div className={css.view}>
      <Guard name={spec.name} renderFailed={(error) => <p className={css.error}>{error.message}</p>}>
        <Component key={client.mirror.getState().snapshot?.revision} view={view} />
      </Guard>
    </div>
  );
}
