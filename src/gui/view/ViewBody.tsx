/** What every view consists of below its header: legend strip, plot, and the states in place of a plot (look.md 5 and 7). */
import { Ban, MousePointerClick } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { PhyError } from '../../core/base/errors.ts';
import type { ParamValue } from '../../core/base/params.ts';
import { usePlotStyle } from '../colors/usePlotStyle.ts';
import type { PlotStyle } from '../colors/style.ts';
import { HOME } from '../plot/camera.ts';
import { Plot, type PlotHandle, type PlotProps } from '../plot/Plot.tsx';
import type { Camera, Scene } from '../plot/scene.ts';
import { RankMark } from '../ui/marks.tsx';
import { useScale } from '../ui/useScale.ts';
import { useSize } from '../ui/useSize.ts';
import { Failed, Notice } from './Failed.tsx';
import type { ViewInstance } from './instance.ts';
import { chipsInLegend, wordInLegend } from './legendRoom.ts';
import { overlaysOf, withOverlays } from './overlays.ts';
import { notePainted } from './painted.ts';
import { clustersText, noSelection } from './shown.ts';
import type { ViewAnswer } from './useViewAnswer.ts';
import css from './ViewBody.module.css';

/** What a view's drawing depends on besides its answer. */
export interface DrawContext {
  readonly style: PlotStyle;
  /** CSS px of the plot, gutters included. */
  readonly size: { readonly width: number; readonly height: number };
  /** Rank whose chip is held down, else null. */
  readonly front: number | null;
  /** Where the view was moved to; stays at home in views that are not drawn anew for it (`followsCamera`). */
  readonly camera: Camera;
}

type PlotEvents = Pick<
  PlotProps,
  | 'onClick'
  | 'onWheel'
  | 'onHover'
  | 'onLassoPoint'
  | 'onLassoClear'
  | 'onCamera'
  | 'onResize'
  | 'startCamera'
  | 'interaction'
>;

/** What to do, and why. */
interface Sentences {
  readonly title: string;
  readonly detail: string;
}

interface ViewBodyProps<A> extends PlotEvents {
  readonly view: ViewInstance;
  readonly answer: ViewAnswer<A>;
  /** The scene of the present picture; keep it the same function while nothing changes. Not called without a picture. */
  readonly draw: (context: DrawContext) => Scene;
  /** Left side of the status line. */
  readonly facts: string;
  /** Words for the grey spikes; null for a view that has no legend, because ids stand beside its data. */
  readonly legend: { readonly background?: string } | null;
  /** What is written while the first picture takes long: `Reading waveforms`. */
  readonly reading: string;
  /** True for a scene that depends on the camera: what is drawn at every pixel is chosen anew with every move. */
  readonly followsCamera?: boolean;
  /** Called with size and camera when the plot appears and whenever one of them is another. */
  readonly onPlace?: (place: Pick<DrawContext, 'size' | 'camera'>) => void;
  /** What is written when there is no cluster to show; about the selection unless stated. */
  readonly empty?: Sentences;
  /** What is written in place of a plot when there is an answer that cannot be drawn; null when it can. */
  readonly instead?: Sentences | null;
  /** Data are on their way without which the picture is partly empty or blurred, or wholly empty: a progress line, for the latter also `reading` when it takes long. */
  readonly busy?: 'partly' | 'wholly' | null;
  /** What went wrong with data that do not come with the answer; in place of the plot. */
  readonly failure?: { readonly error: PhyError; retry(): void } | null;
  /** Stands below the plot, as wide as the panel. */
  readonly strip?: ReactNode;
  /** Follows the pointer: tooltips. */
  readonly children?: ReactNode;
}

/** Below this height the legend strip leaves its room to the plot. */
const LEGEND_FROM_PX = 150;

export function ViewBody<A>(props: ViewBodyProps<A>) {
  const { view, answer, facts } = props;
  const phase = useStore(view.state, (state) => state.phase);
  const autoUpdate = useStore(view.state, (state) => state.autoUpdate);
  const shown = clustersText(answer.picture?.clusters ?? NONE);
  const following = autoUpdate || shown === '' ? facts : `Automatic update off · shows ${shown}`;
  const status = phase === 'missing' ? 'missing data' : following;
  useEffect(() => {
    if (view.state.getState().status !== status) view.state.setState({ status });
  }, [view, status]);
  if (phase === 'missing') return <Missing view={view} error={answer.error} />;
  const { failure } = props;
  if (failure !== null && failure !== undefined) {
    return <Failed name={view.id} error={failure.error} retry={() => failure.retry()} />;
  }
  if (phase === 'error' && answer.error !== null) {
    return <Failed name={view.id} error={answer.error} retry={() => answer.retry()} />;
  }
  if (phase === 'empty' && answer.picture === null) return <Empty {...(props.empty ?? noSelection(autoUpdate))} />;
  if (props.instead !== undefined && props.instead !== null) return <Empty {...props.instead} />;
  return <Picture {...props} />;
}

function Picture<A>(props: ViewBodyProps<A>) {
  const { view, answer, draw, legend, reading, busy = null, strip, children, followsCamera = false, onPlace } = props;
  const { onClick, onWheel, onHover, onLassoPoint, onLassoClear, onCamera, onResize, startCamera, interaction } = props;
  const host = useRef<HTMLDivElement>(null);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const [width, height] = useSize(host);
  const [bodyWidth, bodyHeight] = useSize(body);
  const scale = useScale(body);
  const style = usePlotStyle(element);
  const [front, setFront] = useState<number | null>(null);
  const [moved, setMoved] = useState<Camera>(HOME);
  const camera = followsCamera ? moved : HOME;
  const phase = useStore(view.state, (state) => state.phase);
  const lasso = useStore(view.state, (state) => state.lasso);
  const clusters = answer.picture?.clusters ?? NONE;
  const drawable = answer.picture !== null && width > 0 && height > 0;
  const plain = useMemo(
    () => (drawable ? draw({ style, size: { width, height }, front, camera }) : emptyScene(style)),
    [drawable, draw, style, width, height, front, camera],
  );
  const overlays = useStore(overlaysOf(view.client));
  const { timeFrames } = view.spec;
  const params = answer.picture?.params ?? NO_PARAMS;
  const scene = useMemo(
    () => withOverlays(plain, overlays, (frame) => timeFrames?.(frame, params) === true, style),
    [plain, overlays, timeFrames, params, style],
  );
  useEffect(() => {
    if (width > 0 && height > 0) onPlace?.({ size: { width, height }, camera });
  }, [onPlace, width, height, camera]);
  const move = useCallback(
    (next: Camera) => {
      setMoved(next);
      onCamera?.(next);
    },
    [onCamera],
  );
  const onPainted = usePaintedLog(view, answer);
  const plot = usePictureHandle(view);
  const setHost = useCallback((node: HTMLDivElement | null) => {
    host.current = node;
    setElement(node);
  }, []);
  const events = { onClick, onWheel, onHover, onCamera: move, onResize, startCamera, interaction };
  const slow = useSlow(busy === 'wholly');
  return (
    <div className={css.body} ref={body}>
      {legend !== null && bodyHeight >= LEGEND_FROM_PX && (
        <Legend
          clusters={clusters}
          room={bodyWidth / scale}
          background={legend.background}
          front={front}
          onFront={setFront}
        />
      )}
      <div className={css.plot} ref={setHost}>
        <Plot
          ref={plot}
          scene={scene}
          label={pictureLabel(view, clusters)}
          dimmed={phase === 'updating'}
          progress={phase === 'loading' || busy !== null}
          lasso={lasso}
          onPainted={onPainted}
          {...events}
          {...(onLassoPoint && { onLassoPoint, onLassoClear })}
        />
        {((answer.slow && phase === 'loading') || slow) && <p className={css.reading}>{reading}</p>}
        {children}
      </div>
      {bodyHeight >= LEGEND_FROM_PX && strip}
    </div>
  );
}

const NONE: readonly number[] = [];
const NO_PARAMS: Readonly<Record<string, ParamValue>> = {};
const TEXT_AFTER_MS = 300;

/** True once something has lasted so long that words are due. */
function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setSlow(true), TEXT_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [busy]);
  return slow;
}

/** What the picture shows, in words: `WaveformView of clusters 2, 24`, `RasterView of 600 clusters`. */
function pictureLabel(view: ViewInstance, clusters: readonly number[]): string {
  if (clusters.length === 0) return view.id;
  const text = clustersText(clusters);
  return `${view.id} of ${text.endsWith('clusters') ? text : `clusters ${text}`}`;
}

/** The ground before the first answer: gutters keep their places, nothing else is there yet. */
export function emptyScene(style: PlotStyle): Scene {
  const { gutter, background } = style;
  return { frames: [], gutters: gutter, background, xAxes: [], yAxes: [], labels: [] };
}

/** Notes when the first frame with an answer was painted. */
function usePaintedLog<A>(view: ViewInstance, answer: ViewAnswer<A>): () => void {
  const logged = useRef<unknown>(null);
  const { picture } = answer;
  return useCallback(() => {
    if (picture === null || logged.current === picture) return;
    logged.current = picture;
    notePainted(view.id, picture.revision);
  }, [view, picture]);
}

/** Gives the shell the present picture, for screenshots and the reset of the camera. */
function usePictureHandle(view: ViewInstance): (handle: PlotHandle | null) => void {
  return useCallback((handle: PlotHandle | null) => setPicture(view, handle), [view]);
}

function setPicture(view: ViewInstance, handle: PlotHandle | null): void {
  view.picture = handle;
}

interface LegendProps {
  readonly clusters: readonly number[];
  /** CSS px at scale 1; 0 before the first layout. */
  readonly room: number;
  readonly background: string | undefined;
  readonly front: number | null;
  readonly onFront: (rank: number | null) => void;
}

/** Chips with shape, colour and id; holding one brings its cluster to the front. */
function Legend({ clusters, room, background, front, onFront }: LegendProps) {
  const release = (): void => onFront(null);
  const fitting = chipsInLegend(clusters, room);
  return (
    <div className={css.legend}>
      {clusters.slice(0, fitting).map((id, rank) => (
        <span
          key={id}
          className={front === rank ? `${css.chip} ${css.held}` : css.chip}
          title={`Hold to bring cluster ${id} to the front`}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            onFront(rank);
          }}
          onPointerUp={release}
          onPointerCancel={release}
        >
          <RankMark rank={rank} />
          {id}
        </span>
      ))}
      {fitting < clusters.length && (
        <span className={css.more} title={`And ${clusters.slice(fitting).join(', ')}`}>
          +{clusters.length - fitting}
        </span>
      )}
      {background !== undefined && clusters.length > 0 && wordInLegend(clusters, background, room) && (
        <span className={css.background}>
          <i className={css.dot} />
          {background}
        </span>
      )}
    </div>
  );
}

function Empty({ title, detail }: Sentences) {
  return (
    <Notice icon={MousePointerClick} title={title}>
      <p>{detail}</p>
    </Notice>
  );
}

function Missing({ view, error }: { readonly view: ViewInstance; readonly error: PhyError | null }) {
  const dataset = useStore(view.client.mirror, (mirror) => mirror.dataset);
  const missing = dataset === null ? null : view.spec.missing(dataset);
  return (
    <Notice icon={Ban} title={missing?.title ?? 'This dataset lacks what the view needs'}>
      <p>{missing?.detail ?? error?.message}</p>
      <p>Views that do not need it work.</p>
    </Notice>
  );
}

/**
 * Words beside the pointer, kept within the plot; a line break begins another line, and lines too long for a narrow plot wrap. `position` is in
 * CSS px from the plot's top left corner.
 */
export function PlotTip({ position, text }: { readonly position: readonly [number, number]; readonly text: string }) {
  const [x, y] = position;
  const lines = text.split('\n');
  // Generous guesses of its size: measuring would cost a layout for every move of the pointer.
  const width = 20 + 6.5 * Math.max(...lines.map((line) => line.length));
  const height = 6 + 16 * lines.length;
  const left = `max(2px, min(${Math.round(x) + 12}px, 100% - ${Math.round(width)}px))`;
  const top = `max(2px, min(${Math.round(y) + 14}px, 100% - ${height}px))`;
  return (
    <div className={css.tip} style={{ left, top }}>
      {text}
    </div>
  );
}
