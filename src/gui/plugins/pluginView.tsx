/** A plugin's view: asks its question beside the data, and draws what its module makes of the answer. */
import { useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import type { DrawContext as PluginContext, Figure, ParameterValues } from '../../core/plugins/api.ts';
import type { ParamValue } from '../../core/base/params.ts';
import type { ButtonDeclaration, ViewDeclaration } from '../../core/plugins/declare.ts';
import { fromAnswer } from '../../core/plugins/wire.ts';
import type { FeedOptions } from '../view/feed.ts';
import type { ViewAction, ViewInstance, ViewSpec } from '../view/instance.ts';
import { useViewAnswer } from '../view/useViewAnswer.ts';
import { type DrawContext, ViewBody } from '../view/ViewBody.tsx';
import { figureScene, sentenceScene } from './figure.ts';

/** Answer of a plugin's question. */
interface PluginAnswer {
  readonly clusterIds: readonly number[];
  readonly data: unknown;
}

/** The functions of a view in its module. */
export interface ViewFunctions {
  readonly draw: (answer: unknown, context: PluginContext) => Figure;
  readonly press: (button: string, parameters: ParameterValues) => ParameterValues;
}

const options: FeedOptions<PluginAnswer> = { shown: () => '' };

/** Parameters as a plugin knows them. */
const plainValues = (values: Readonly<Record<string, ParamValue>>): ParameterValues =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number | boolean | string] =>
        typeof entry[1] === 'number' || typeof entry[1] === 'boolean' || typeof entry[1] === 'string',
    ),
  );

/** `failed` says what went wrong in the module, in a sentence with file and line. */
export function pluginView(
  plugin: string,
  view: ViewDeclaration,
  functions: ViewFunctions,
  failed: (what: string, error: unknown) => string,
): ViewSpec {
  const said = new Set<string>();

  function PluginPanel({ view: instance }: { readonly view: ViewInstance }) {
    const answer = useViewAnswer<PluginAnswer>(instance, options);
    const values = useStore(instance.state, (state) => state.values);
    const { picture } = answer;
    const { client } = instance;
    const data = useMemo(() => fromAnswer(picture?.answer.data), [picture]);
    const draw = useCallback(
      ({ style, size }: DrawContext) => {
        const context: PluginContext = {
          parameters: plainValues(values),
          clusterIds: picture?.answer.clusterIds ?? [],
          color: (place, opacity = 1) => {
            const [r, g, b] = style.clusterColor(place);
            return [r, g, b, opacity];
          },
          text: style.text,
          ...size,
        };
        try {
          return figureScene(functions.draw(data, context), style, size);
        } catch (error) {
          const sentence = failed(`drawing ${view.title}`, error);
          // Not while drawing: it changes what is shown elsewhere.
          if (!said.has(sentence)) queueMicrotask(() => client.say('error', sentence));
          said.add(sentence);
          return sentenceScene(sentence, style, size);
        }
      },
      [values, picture, data, client],
    );
    return (
      <ViewBody
        view={instance}
        answer={answer}
        draw={draw}
        facts={plugin}
        legend={{}}
        reading={`Waiting for plugin ${plugin}`}
      />
    );
  }

  return {
    name: view.title,
    query: view.name,
    params: view.params,
    maxClusters: view.maxClusters,
    actions: view.buttons.map((button) => buttonAction(button, functions, failed)),
    gestures: [],
    missing: () => null,
    Component: PluginPanel,
  };
}

/** A button that changes the parameters of its view. */
export function buttonAction(
  { name, title, doc }: ButtonDeclaration,
  functions: Pick<ViewFunctions, 'press'>,
  failed: (what: string, error: unknown) => string,
): ViewAction {
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
      try {
        view.set(functions.press(name, plainValues(view.state.getState().values)));
      } catch (error) {
        view.client.say('error', failed(`button ${title}`, error));
      }
    },
  };
}
