/** A dialog in the middle of the window. Esc and a click outside close it; focus returns where it was, but never to a closed menu. */
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { IconButton } from './Button.tsx';
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
  const [fromMenu] = useState(isInMenu);
  const first = (): HTMLElement | null =>
    popup.current?.querySelector<HTMLElement>('[data-autofocus]') ?? popup.current;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} disablePointerDismissal={!dismissable}>
      <Base.Portal>
        <Base.Backdrop className={css.backdrop} />
        <Base.Popup
          ref={popup}
          className={css.popup}
          style={{ width }}
          initialFocus={() => first() ?? true}
          finalFocus={!fromMenu}
        >
          <form className={css.form} onSubmit={submit}>
            <header className={css.header}>
              <Base.Title className={css.title}>{title}</Base.Title>
              <IconButton icon={X} label="Close" keys="esc" onPress={onClose} />
            </header>
            <div className={css.body}>{children}</div>
            {footer !== undefined && <footer className={css.footer}>{footer}</footer>}
          </form>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Whether the focus is in a menu or on its button: an entry that opens a dialog has been left for good, and so has its menu. */
function isInMenu(): boolean {
  return document.activeElement?.closest('[role="menu"], [aria-haspopup="menu"]') !== null;
}
