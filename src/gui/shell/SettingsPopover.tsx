/** The settings of a view, beside it, so that every change is seen at once; over it only when there is no room (look.md 2). */
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import { defaults } from '../../core/base/params.ts';
import { Button } from '../ui/Button.tsx';
import { useContainer } from '../ui/container.ts';
import { elementOf } from '../ui/dom.ts';
import { SettingsForm } from '../ui/SettingsForm.tsx';
import type { SettingsFields, ViewInstance } from '../view/instance.ts';
import { cancelSettings } from './cancelSettings.ts';
import { useDesk } from './desk.ts';
import { placeBeside } from './placeBeside.ts';
import css from './SettingsPopover.module.css';

/** A field for each parameter. */
function parametersOf(view: ViewInstance): SettingsFields {
  return {
    specs: view.spec.params,
    values: () => view.state.getState().values,
    defaults: () => defaults(view.spec.params),
    change: (name, value) => view.set({ [name]: value }),
  };
}

export function SettingsPopover({ view }: { readonly view: ViewInstance }) {
  const desk = useDesk();
  const container = useContainer() ?? document.body;
  const title = useStore(desk.titles.names, (names) => names[view.id] ?? view.id);
  // What the fields show is read anew whenever a value changes.
  useStore(view.state, (state) => state.values);
  const [fields] = useState(() => view.spec.fields?.(view) ?? parametersOf(view));
  // Another number is another form: whatever was typed and could not be used is gone with the former one.
  const [resets, setResets] = useState(0);
  const popup = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  useLayoutEffect(() => {
    const box = desk.dock?.box(view.id);
    const element = popup.current;
    if (box === null || box === undefined || element === null) return;
    const window = element.ownerDocument.documentElement;
    const set = (): void =>
      setPlace(
        placeBeside(
          box,
          { width: element.offsetWidth, height: element.offsetHeight },
          { width: window.clientWidth, height: window.clientHeight },
        ),
      );
    set();
    // A sentence under a field makes it longer.
    const observer = new ResizeObserver(set);
    observer.observe(element);
    return () => observer.disconnect();
  }, [desk, view]);
  const placed = place !== null;
  useEffect(() => {
    if (placed) stopsIn(popup.current).at(1)?.focus({ preventScroll: true });
  }, [placed]);

  const close = (): void => desk.ui.setState({ settingsOf: null });
  const cancel = (): void => void cancelSettings(desk);
  /** A field whose text cannot be used keeps the form open: closing would look as if it had been taken. */
  const done = (): void => {
    const bad = popup.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? null;
    if (bad === null) close();
    else bad.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = { Escape: cancel, Enter: isButton(event.target) ? undefined : done }[event.key];
    if (act === undefined && !(event.key === 'Tab' && wrapTab(popup.current, event))) return;
    event.preventDefault();
    event.stopPropagation();
    act?.();
  };
  const reset = (): void => {
    view.resetToDefaults();
    setResets(resets + 1);
  };
  return createPortal(
    <div
      ref={popup}
      className={css.popover}
      role="dialog"
      data-beside
      aria-label={`${title} settings`}
      style={place === null ? { visibility: 'hidden' } : place}
      onKeyDown={onKeyDown}
    >
      <header className={css.header}>
        <b>{title} settings</b>
        <button type="button" className={css.reset} onClick={reset}>
          Reset to defaults
        </button>
      </header>
      <div className={css.fields}>
        <SettingsForm
          key={resets}
          specs={fields.specs}
          values={fields.values()}
          defaults={fields.defaults()}
          onChange={fields.change}
        />
      </div>
      <footer className={css.footer}>
        <Button onPress={cancel}>Cancel</Button>
        <Button primary onPress={done}>
          Done
        </Button>
      </footer>
    </div>,
    container,
  );
}

const isButton = (target: EventTarget | null): boolean => elementOf(target)?.closest('button') !== null;

/** What Tab stops at: the reset of all first, then the fields. */
function stopsIn(popup: HTMLElement | null): readonly HTMLElement[] {
  return [...(popup?.querySelectorAll<HTMLElement>('button, input:not(:disabled), select') ?? [])];
}

/** Keeps Tab among the fields. False while the browser's own way does. */
function wrapTab(popup: HTMLElement | null, { target, shiftKey }: KeyboardEvent): boolean {
  const stops = stopsIn(popup);
  const [from, to] = shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (from === undefined || from !== target) return false;
  to?.focus();
  return true;
}
