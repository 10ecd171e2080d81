/** Which row somebody seems to be about to click, and with which keys. */
import { useEffect, useEffectEvent, useRef, type MouseEvent, type RefObject } from 'react';
import { elementOf } from '../ui/dom.ts';
import { isMac } from '../ui/keyLabel.ts';

/** What a click on a row does: alone, with ctrl (cmd on a Mac), with shift. */
export type RowGesture = 'select' | 'toggle' | 'extend';

type Keys = Pick<MouseEvent, 'ctrlKey' | 'shiftKey' | 'metaKey'>;

export function rowGesture(keys: Keys): RowGesture {
  if (isMac() ? keys.metaKey : keys.ctrlKey) return 'toggle';
  return keys.shiftKey ? 'extend' : 'select';
}

/** The cluster whose row an event is in. */
export function rowIdAt(event: MouseEvent): number | null {
  const element = elementOf(event.target)?.closest('[data-id]') ?? null;
  const id = element?.getAttribute('data-id');
  return id === null || id === undefined ? null : Number(id);
}

/** So long the pointer stays on a row before somebody may want it. */
const REST_MS = 50;
const MODIFIERS: readonly string[] = ['Control', 'Shift', 'Meta'];

/** Tells of a row on which the pointer came to rest with no button held, and again when a key would change what a click does. */
export function useRest(table: RefObject<HTMLElement | null>, tell: (id: number, gesture: RowGesture) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const over = useRef<number | null>(null);
  const rest = (keys: Keys): void => {
    clearTimeout(timer.current);
    const id = over.current;
    if (id !== null) timer.current = setTimeout(() => tell(id, rowGesture(keys)), REST_MS);
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (!event.repeat && MODIFIERS.includes(event.key)) rest(event);
  });
  useEffect(() => {
    const document = table.current?.ownerDocument;
    document?.addEventListener('keydown', onKey);
    document?.addEventListener('keyup', onKey);
    return () => {
      document?.removeEventListener('keydown', onKey);
      document?.removeEventListener('keyup', onKey);
      clearTimeout(timer.current);
    };
  }, [table]);
  return {
    onMouseOver(event: MouseEvent) {
      over.current = event.buttons === 0 ? rowIdAt(event) : null;
      rest(event);
    },
    onMouseLeave() {
      over.current = null;
      clearTimeout(timer.current);
    },
  };
}
