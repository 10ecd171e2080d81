/** What every view of histograms shows and says (spec/views.md 9d): picture, status line, bin and count under the pointer. */
import { type ComponentType, useCallback, useState } from 'react';
import { useStore } from 'zustand';
import type { NdArray } from '../../../core/base/nd.ts';
import type { NumberParam, ParamValue } from '../../../core/base/params.ts';
import type { DatasetSummary } from '../../../core/protocol/messages.ts';
import type { Scene } from '../../plot/scene.ts';
import type { PlotPoint, PlotWheel } from '../../plot/stage.ts';
import type { FeedOptions, Picture } from '../feed.ts';
import type { ViewInstance } from '../instance.ts';
import { count, shownText } from '../shown.ts';
import { useViewAnswer } from '../useViewAnswer.ts';
import { type DrawContext, PlotTip, ViewBody } from '../ViewBody.tsx';
import { type Bins, binSize } from './bins.ts';

/** What the window needs of an answer. */
export interface HistogramAnswer {
  /** float64 [bin + 1] */
  readonly edges: NdArray<Float64Array>;
  /** int32 [cluster][bin] */
  readonly counts: NdArray<Int32Array>;
  /** int32 [cluster]: values between the first and the last edge, and all. */
  readonly inRange: NdArray<Int32Array>;
  readonly total: NdArray<Int32Array>;
}

/** How a statistic is drawn and worded. */
export interface HistogramDrawing<A extends HistogramAnswer> {
  /** What is counted: `interval`. */
  readonly noun: string;
  /** What is written while the first picture takes long: `Counting intervals`. */
  readonly reading: string;
  /** Where the bins end when the maximum is not set. */
  readonly end: (dataset: DatasetSummary | null) => number;
  /** The id of a row's frame is its rank. */
  readonly scene: (answer: A, context: DrawContext & { readonly dataset: DatasetSummary }) => Scene;
  /** What the tooltip says beside bin and count: of the bin, and in a second line of the row. */
  readonly tip?: (
    answer: A,
    row: number,
    bin: number,
    dataset: DatasetSummary,
  ) => { readonly bin?: string; readonly row?: string };
}

/** At most so many digits, with a true minus. */
const digits = (value: number, most: number): string => String(Number(value.toPrecision(most))).replace('-', '−');

type Unit = NonNullable<NumberParam['unit']>;
const NO_UNIT: Unit = { name: '', perStored: 1 };

/** `[0.0ms, 50.0ms] · bin 1 ms` */
export function rangeText(bins: Bins, { name, perStored }: Unit): string {
  const end = (value: number): string => `${(value * perStored).toFixed(1)}${name}`;
  return `[${end(bins.min)}, ${end(bins.max)}] · bin ${digits(binSize(bins) * perStored, 3)} ${name}`.trimEnd();
}

/** Row and bin under the pointer, null beside the bars. */
export function binAt(
  { edges, counts }: HistogramAnswer,
  { frame, data, inside }: Pick<PlotPoint, 'frame' | 'data' | 'inside'>,
): { readonly row: number; readonly bin: number; readonly count: number } | null {
  const row = Number(frame);
  const [rows, bins] = counts.shape;
  const [from, to] = [edges.data[0], edges.data[bins]];
  const bin = Math.floor(((data[0] - from) / (to - from)) * bins);
  if (!inside || !(row < rows) || bin < 0 || bin >= bins) return null;
  return { row, bin, count: counts.data[row * bins + bin] };
}

function tipText<A extends HistogramAnswer>(
  { tip }: HistogramDrawing<A>,
  unit: Unit,
  { answer, clusters }: Picture<A>,
  point: PlotPoint,
  dataset: DatasetSummary,
): string | null {
  const found = binAt(answer, point);
  if (found === null) return null;
  const { row, bin } = found;
  const [from, to] = [0, 1].map((k) => digits(answer.edges.data[bin + k] * unit.perStored, 6));
  const more = tip?.(answer, row, bin, dataset) ?? {};
  const line = `${clusters[row]}: ${from} to ${`${to} ${unit.name}`.trimEnd()}, ${count(found.count)}`;
  return `${line}${more.bin ?? ''}${more.row === undefined ? '' : `\n${more.row}`}`;
}

/** How many of the values lie in the range. */
function optionsOf<A extends HistogramAnswer>(noun: string): FeedOptions<A> {
  return {
    shown({ answer, beyondLimit }) {
      const samples = Array.from(answer.total.data, (total, i) => ({ shown: answer.inRange.data[i], total }));
      return shownText(samples, beyondLimit, noun);
    },
  };
}

/** The component of a view over values in that unit. `bins` reads its parameters, `wheel` does what its gestures do. */
export function histogramPanel<A extends HistogramAnswer>(
  drawing: HistogramDrawing<A>,
  given: Unit | undefined,
  bins: (values: Readonly<Record<string, ParamValue>>, dataset: DatasetSummary | null) => Bins,
  wheel: (view: ViewInstance, event: PlotWheel) => void,
): ComponentType<{ readonly view: ViewInstance }> {
  const options = optionsOf<A>(drawing.noun);
  const unit = given ?? NO_UNIT;
  return function HistogramPanel({ view }) {
    const answer = useViewAnswer<A>(view, options);
    const values = useStore(view.state, (state) => state.values);
    const dataset = useStore(view.client.mirror, (mirror) => mirror.dataset);
    const { picture } = answer;
    // Where the pointer was over which picture: over another one its row and bin mean nothing.
    const [hovered, setHovered] = useState<{ readonly point: PlotPoint; readonly of: Picture<A> | null } | null>(null);
    const point = hovered?.of === picture ? hovered.point : null;
    const draw = useCallback(
      (context: DrawContext) => {
        if (picture === null || dataset === null) throw new Error('draw without a picture');
        return drawing.scene(picture.answer, { ...context, dataset });
      },
      [picture, dataset],
    );
    const tip =
      picture === null || point === null || dataset === null ? null : tipText(drawing, unit, picture, point, dataset);
    return (
      <ViewBody
        view={view}
        answer={answer}
        draw={draw}
        facts={rangeText(bins(values, dataset), unit)}
        legend={null}
        reading={drawing.reading}
        onWheel={(event) => wheel(view, event)}
        onHover={(at) => setHovered(at === null ? null : { point: at, of: picture })}
      >
        {tip !== null && point !== null && <PlotTip position={point.position} text={tip} />}
      </ViewBody>
    );
  };
}
