/** Calls what a plugin has for the window, in its worker: nothing there can reach the page or the network, and it can be ended. */
import { isTypedArray } from '../../core/base/nd.ts';
import type { Figure, ParameterValues, Rgba } from '../../core/plugins/api.ts';
import type { DrawFacts, FromDrawer, ToDrawer } from './drawMessages.ts';

type Json = Readonly<Record<string, unknown>>;

/** Answers the messages of the window one after the other. */
export function drawRuntime(post: (message: FromDrawer) => void): (message: ToDrawer) => void {
  let exported: Promise<Json> = Promise.reject(new Error('nothing was loaded'));
  exported.catch(() => undefined);
  return (message) => {
    if (message.kind === 'load') exported = load(message.module);
    void answer(message, exported, post);
  };
}

async function answer(message: ToDrawer, exported: Promise<Json>, post: (message: FromDrawer) => void): Promise<void> {
  const { id } = message;
  try {
    post({ id, ok: true, value: valueOf(message, await exported) });
  } catch (error) {
    const { message: text, stack = '' } = error instanceof Error ? error : new Error(String(error));
    post({ id, ok: false, message: text, stack });
  }
}

async function load(address: string): Promise<Json> {
  const module: unknown = await import(/* @vite-ignore */ address);
  const exported = isObject(module) ? module.default : undefined;
  if (isObject(exported)) return exported;
  throw new Error('it has no default export');
}

function valueOf(message: ToDrawer, exported: Json): Figure | ParameterValues | null {
  switch (message.kind) {
    case 'load':
      return null;
    case 'draw':
      return figureOf(memberOf(exported.views, message.view), message.view, message.answer, message.facts);
    case 'press': {
      const { view, ours, button, parameters } = message;
      const list = view === null ? memberOf(exported.buttons, ours ?? '') : memberOf(exported.views, view).buttons;
      const buttons: readonly unknown[] = Array.isArray(list) ? list : [];
      const found = buttons.find((each) => isObject(each) && each.name === button);
      const values = callIn(isObject(found) ? found : {}, 'press', parameters);
      return isObject(values) ? (values as ParameterValues) : {};
    }
  }
}

function figureOf(view: Json, name: string, answer: unknown, { colors, ...facts }: DrawFacts): Figure {
  const color = (place: number, opacity = 1): Rgba => {
    const [r, g, b] = colors[place % colors.length] ?? facts.text;
    return [r, g, b, opacity];
  };
  const figure = callIn(view, 'draw', answer, { ...facts, color });
  if (isFigure(figure)) return figure;
  throw new Error(`draw of ${name} returned no figure, expected { plots: [...] }`);
}

const isFigure = (value: unknown): value is Figure => isObject(value) && Array.isArray(value.plots);

function callIn(owner: Json, name: string, ...args: readonly unknown[]): unknown {
  const found = owner[name];
  if (typeof found !== 'function') throw new Error(`there is no function ${name}`);
  return Reflect.apply(found, owner, args);
}

const memberOf = (owner: unknown, name: string): Json => {
  const found = isObject(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined;
  return isObject(found) ? found : {};
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !isTypedArray(value);
