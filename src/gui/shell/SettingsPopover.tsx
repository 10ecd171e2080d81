/** The settings of a view, beside it, so that every change is seen at once; over it only when there is no room (look.md 2). */
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import { Button } from '../ui/Button.tsx';
import { useContainer } from '../ui/container.ts';
import { useFocusBack } from '../ui/focusBefore.ts';
import { SettingsForm } from '../ui/SettingsForm.tsx';
import type { ViewInstance } from '../view/instance.ts';
import { useDesk, useUi } from './desk.ts';
import { placeBeside } from './placeBeside.ts';
import { fieldsOf } from './settingsFields.ts';
import css from './SettingsPopover.module.css';

export function SettingsPopover({ view }: { readonly view: ViewInstance }) {
  const desk = useDesk();
  const container = useContainer() ?? document.body;
  const values = useStore(view.state, (state) => state.values);
  // What Cancel goes back to.
  const [before] = useState(values);
  const [fields] = useState(() => fieldsOf(view));
  const giveFocusBack = useFocusBack();
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
  }, [desk, view]);
  const placed = place !== null;
  const field = useUi((ui) => ui.settingsField);
  useEffect(() => {
    if (placed && popup.current !== null) focusField(popup.current, field);
  }, [placed, field]);

  const close = (): void => desk.ui.setState({ settingsOf: null });
  const cancel = (): void => {
    view.set(before);
    close();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const onButton = event.target instanceof Element && event.target.closest('button') !== null;
    if (event.key !== 'Escape' && (event.key !== 'Enter' || onButton)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') cancel();
    else close();
    giveFocusBack();
  };
  return createPortal(
    <div
      ref={popup}
      className={css.popover}
      role="dialog"
      data-beside
      aria-label={`${view.id} settings`}
      style={place === null ? { visibility: 'hidden' } : place}
      onKeyDown={onKeyDown}
    >
      <div className={css.header}>
        <b>{view.id} settings</b>
        <button type="button" className={css.reset} onClick={() => view.resetToDefaults()}>
          Reset to defaults
        </button>
      </div>
      <div className={css.fields}>
        <SettingsForm specs={fields.specs} values={fields.values()} onChange={fields.change} />
      </div>
      <div className={css.footer}>
        <Button onPress={cancel}>Cancel</Button>
        <Button primary onPress={close}>
          Done
        </Button>
      </div>
    </div>,
    container,
  );
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
