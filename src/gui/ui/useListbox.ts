/** A list of options under a text field that keeps the focus: which option is active, and how the field and the options name each other. */
import { useEffect, useId, useState, type RefObject } from 'react';

export interface Listbox {
  /** Place of the active option; -1 while there is none. */
  readonly active: number;
  readonly setActive: (place: number) => void;
  /** Moves to the next or previous option, round the ends; true when there is one to move to. */
  readonly move: (step: 1 | -1) => boolean;
  readonly listId: string;
  readonly optionId: (place: number) => string;
  /** For the field. */
  readonly activeId: string | undefined;
}

/** `count` options, of which `first` is active until another one is (-1 for none). */
export function useListbox(count: number, first: -1 | 0): Listbox {
  const id = useId();
  const [chosen, setActive] = useState<number>(first);
  const active = Math.min(chosen, count - 1);
  const optionId = (place: number): string => `${id}-${place}`;
  return {
    active,
    setActive,
    move(step) {
      if (count === 0) return false;
      setActive(active < 0 ? (step > 0 ? 0 : count - 1) : (active + step + count) % count);
      return true;
    },
    listId: `${id}-list`,
    optionId,
    activeId: active < 0 ? undefined : optionId(active),
  };
}

/** Keeps the active option of a list that scrolls in sight. */
export function useInSight(option: RefObject<HTMLElement | null>, isActive: boolean): void {
  useEffect(() => {
    if (isActive) option.current?.scrollIntoView({ block: 'nearest' });
  }, [option, isActive]);
}
