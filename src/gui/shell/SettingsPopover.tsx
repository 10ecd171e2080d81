/** The settings of a view, beside it, so that every change is seen at once; over it only when there is no room (look.md 2). */
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import { Button } from '../ui/Button.tsx';
import { useContainer } from '../ui/container.ts';
import { elementOf } from '../ui/dom.ts';
import { useFocusBack } from '../ui/focusBefore.ts';
import { SettingsForm } from '../ui/SettingsForm.tsx';
import type { ViewInstance } from '../view/instance.ts';
import { cancelSettings } from './cancelSettings.ts';
import { useDesk, useUi } from './desk.ts';
import { placeBeside } from './placeBeside.ts';
import { fieldsOf } from './settingsFields.ts';
import css from './SettingsPopover.module.css';

export function SettingsPopover({ view }: { readonly view: ViewInstance }) {
  const desk = useDesk();
  const container = useContainer() ?? document.body;
  const title = useStore(desk.titles.names, (names) => names[view.id] ?? view.id);
  // What the fields show is read anew whenever a value changes.
  useStore(view.state, (state) => state.values);
  const [fields] = useState(() => fieldsOf(view));
  // Another number is another form: whatever was typed and could not be used is gone with the former one.
  const [resets, setResets] = useState(0);
  const giveFocusBack = useFocusBack(container.ownerDocument);
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
  const field = useUi((ui) => ui.settingsOf?.field ?? null);
  useEffect(() => {
    if (placed && popup.current !== null) focusField(popup.current, field);
  }, [placed, field]);

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
    if (act === undefined) return;
    act();
    giveFocusBack();
  };
  const reset = (): void => {
    view.resetToDefaults();
    setResets(resets + 1);
  };
  return createPortal(
    <div
      ref={popup}
      className={`pops ${css.popover}`}
      role="dialog"
      data-beside
      aria-label={`${title} settings`}
      style={place === null ? { visibility: 'hidden' } : place}
      onKeyDown={onKeyDown}
    >
      <div className={css.header}>
        <b>{title} settings</b>
        <button type="button" className={css.reset} onClick={reset}>
          Reset to defaults
        </button>
      </div>
      <div className={css.fields}>
        <SettingsForm
          key={resets}
          specs={fields.specs}
          values={fields.values()}
          defaults={fields.defaults()}
          onChange={fields.change}
        />
      </div>
      <div className={css.footer}>
        <Button onPress={cancel}>Cancel</Button>
        <Button primary onPress={done}>
          Done
        </Button>
      </div>
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

/** The field of a parameter, or the first one; a number that is switched off cannot have the focus, but its switch can. */
function focusField(popup: HTMLElement, name: string | null): void {
  const place = name === null ? popup : popup.querySelector(`[data-param="${CSS.escape(name)}"]`);
  const controls = ['input:not(:disabled)', 'select', 'button'];
  const found = name === null ? 'input:not(:disabled)' : controls.find((kind) => place?.querySelector(kind) !== null);
  const control = place?.querySelector<HTMLElement>(found ?? 'button') ?? popup.querySelector<HTMLElement>('button');
  control?.focus({ preventScroll: name === null });
  if (
    name !== null &&
    control?.matches('input') === true &&
    'select' in control &&
    typeof control.select === 'function'
  )
    control.select();
}
