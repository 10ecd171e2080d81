/** A plugin's view: asks its question beside the data, and draws what its module makes of the answer. */
import { useCallback, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { sentenceOf } from '../../core/base/errors.ts';
import type { Figure, ParameterValues } from '../../core/plugins/api.ts';
import type { ParamValue } from '../../core/base/params.ts';
import type { ButtonDeclaration, ViewDeclaration } from '../../core/plugins/declare.ts';
import { fromAnswer } from '../../core/plugins/wire.ts';
import type { FeedOptions } from '../view/feed.ts';
import type { ViewAction, ViewInstance, ViewSpec } from '../view/instance.ts';
import { addLassoPoint } from '../view/lasso.ts';
import { useLassoText } from '../view/useLassoCounts.ts';
import { useViewAnswer } from '../view/useViewAnswer.ts';
import { type DrawContext, emptyScene, ViewBody } from '../view/ViewBody.tsx';
import type { PlotStyle } from '../colors/style.ts';
import type { Scene } from '../plot/scene.ts';
import type { Drawer } from './drawer.ts';
import type { DrawFacts } from './drawMessages.ts';
import { figureScene, sentenceScene } from './figure.ts';

/** Answer of a plugin's question. */
interface PluginAnswer {
  readonly clusterIds: readonly number[];
  readonly data: unknown;
}

/** New values of the parameters of a view, from those in force. Rejects with a sentence. */
export type Press = (button: string, parameters: ParameterValues) => Promise<ParameterValues>;

const options: FeedOptions<PluginAnswer> = { shown: () => '' };

/** Parameters as a plugin knows them. */
const plainValues = (values: Readonly<Record<string, ParamValue>>): ParameterValues =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number | boolean | string] =>
        typeof entry[1] === 'number' || typeof entry[1] === 'boolean' || typeof entry[1] === 'string',
    ),
  );

/** What was drawn last, or why nothing could be. */
type Drawn = { readonly figure: Figure } | { readonly sentence: string };

/** Asks for a figure whenever something that it depends on is another one; the last one stays until the next is there. */
class FigureFeed {
  readonly drawn = createStore<{ readonly last: Drawn | null }>(() => ({ last: null }));
  private readonly ask: (answer: unknown, facts: DrawFacts) => Promise<Figure>;
  private readonly failed: (sentence: string) => void;
  private asked: readonly unknown[] = [];
  private number = 0;

  constructor(ask: (answer: unknown, facts: DrawFacts) => Promise<Figure>, failed: (sentence: string) => void) {
    this.ask = ask;
    this.failed = failed;
  }

  want(
    answer: unknown,
    values: object,
    facts: () => DrawFacts,
    { style, size }: Pick<DrawContext, 'style' | 'size'>,
  ): void {
    const now = [answer, values, style, size.width, size.height];
    if (now.every((part, k) => part === this.asked[k])) return;
    this.asked = now;
    void this.draw(answer, facts());
  }

  private async draw(answer: unknown, facts: DrawFacts): Promise<void> {
    const number = ++this.number;
    const drawn = await this.ask(answer, facts).then(
      (figure): Drawn => ({ figure }),
      (error: unknown): Drawn => ({ sentence: sentenceOf(error) }),
    );
    if (number !== this.number) return;
    if ('sentence' in drawn) this.failed(drawn.sentence);
    this.drawn.setState({ last: drawn });
  }
}

/** Places of the selection that have a colour: after the last the first comes again. */
const COLORED_PLACES = 64;

export function pluginView(plugin: string, view: ViewDeclaration, drawer: Drawer): ViewSpec {
  const said = new Set<string>();

  function PluginPanel({ view: instance }: { readonly view: ViewInstance }) {
    const answer = useViewAnswer<PluginAnswer>(instance, options);
    const values = useStore(instance.state, (state) => state.values);
    const { picture } = answer;
    const { client } = instance;
    const [feed] = useState(
      () =>
        new FigureFeed(
          (data, facts) => drawer.draw(view.name, view.title, data, facts),
          (sentence) => {
            if (!said.has(sentence)) client.say('error', sentence);
            said.add(sentence);
          },
        ),
    );
    const { last } = useStore(feed.drawn);
    const lasso = useLassoText(instance, picture?.clusters ?? NONE);
    const data = useMemo(() => fromAnswer(picture?.answer.data), [picture]);
    const draw = useCallback(
      ({ style, size }: DrawContext) => {
        const facts = (): DrawFacts => ({
          parameters: plainValues(values),
          clusterIds: picture?.answer.clusterIds ?? [],
          colors: Array.from({ length: COLORED_PLACES }, (_, place) => style.clusterColor(place)),
          text: style.text,
          ...size,
        });
        feed.want(data, values, facts, { style, size });
        if (last === null) return emptyScene(style);
        return 'figure' in last ? sceneOf(last.figure, style, size) : sentenceScene(last.sentence, style, size);
      },
      [values, picture, data, feed, last],
    );
    return (
      <ViewBody
        view={instance}
        answer={answer}
        draw={draw}
        facts={lasso ?? plugin}
        legend={{}}
        reading={`Waiting for plugin ${plugin}`}
        {...(view.hasLasso ? lassoOf(instance) : {})}
      />
    );
  }

  const sceneOf = (figure: Figure, style: PlotStyle, size: DrawContext['size']): Scene => {
    try {
      return figureScene(figure, style, size);
    } catch (error) {
      return sentenceScene(`The figure of ${view.title} cannot be drawn: ${sentenceOf(error)}`, style, size);
    }
  };

  return {
    name: view.title,
    query: view.name,
    params: view.params,
    maxClusters: view.maxClusters,
    actions: view.buttons.map((button) =>
      buttonAction(button, (name, parameters) => drawer.press({ view: view.name, ours: null }, name, parameters)),
    ),
    gestures: view.hasLasso ? LASSO_GESTURES : [],
    missing: () => null,
    Component: PluginPanel,
  };
}

const NONE: readonly number[] = [];
/** Coordinates are those of the first plot. */
const LASSO_FRAME = '0';

const lassoOf = (view: ViewInstance) => ({
  onLassoPoint(at: { readonly frame: string; readonly data: readonly [number, number] }): void {
    if (at.frame !== LASSO_FRAME) return;
    const { values, drawn } = view.state.getState();
    addLassoPoint(view, at, () => ({ clusters: drawn, params: values }));
  },
  onLassoClear: (): void => view.setLasso(null),
});

const LASSO_GESTURES: ViewSpec['gestures'] = [
  { name: 'add_lasso_point', input: 'ctrl+left click', doc: 'Adds a point to the lasso.' },
  { name: 'stop_lasso', input: 'ctrl+right click', doc: 'Clears the lasso.' },
];

/** A button that changes the parameters of its view. */
export function buttonAction({ name, title, doc }: ButtonDeclaration, press: Press): ViewAction {
  return {
    name,
    aliases: [],
    title,
    doc,
    section: 1,
    keys: {},
    usage: '',
    inTitle: true,
    run(view) {
      press(name, plainValues(view.state.getState().values)).then(
        (values) => view.set(values),
        (error: unknown) => view.client.say('error', sentenceOf(error)),
      );
    },
  };
}
