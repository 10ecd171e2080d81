/** A dialog in the middle of the window. Esc and a click outside close it; focus returns where it was, but never to a closed menu. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import { useContainer } from './container.ts';
import { focusedBefore } from './focusBefore.ts';
import { Scroller } from './Scroller.tsx';
import css from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons, right-aligned. */
  readonly footer?: ReactNode;
  readonly width?: number;
  /** False for a question that must be answered with a button or Esc. */
  readonly dismissable?: boolean;
  readonly onClose: () => void;
  /** Makes it a form: Enter runs this. */
  readonly onSubmit?: () => void;
}

export function Dialog({ title, children, footer, width = 440, dismissable = true, onClose, onSubmit }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  const container = useContainer();
  const [before] = useState(() => focusedBefore((container ?? document.body).ownerDocument));
  const first = (): HTMLElement | null =>
    popup.current?.querySelector<HTMLElement>('[data-autofocus]') ?? popup.current;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal={!dismissable}>
      <Base.Portal container={container}>
        <Base.Backdrop className={css.backdrop} />
        <Base.Popup
          ref={popup}
          className={`pops ${css.popup}`}
          style={{ width: `calc(${width}px * var(--text-scale))` }}
          initialFocus={() => first() ?? true}
          finalFocus={() => before ?? false}
        >
          <form className={css.form} onSubmit={submit}>
            <FocusAtOnce />
            <header className={css.header}>
              <Base.Title className={css.title}>{title}</Base.Title>
              <IconButton icon={X} label="Close" keys="esc" onPress={onClose} />
            </header>
            <Scroller label={title} className={css.body}>
              {children}
            </Scroller>
            {footer !== undefined && <footer className={css.footer}>{footer}</footer>}
          </form>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** The toolkit gives the focus a frame later; the next key may come sooner and is meant for the dialog. */
function FocusAtOnce() {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => place.current?.closest('form')?.querySelector<HTMLElement>('[data-autofocus]')?.focus(), []);
  return <i ref={place} hidden />;
}
