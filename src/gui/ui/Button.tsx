/** Buttons. Pressing one with the mouse never takes the focus away from the work, so that keys keep acting on the clusters. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentType, MouseEvent, ReactElement, ReactNode } from 'react';
import { keyLabel } from './keyLabel.ts';
import { useContainer } from './container.ts';
import css from './Button.module.css';

export type Icon = ComponentType<{ readonly size?: number | string; readonly strokeWidth?: number | string }>;

const keepFocus = (event: MouseEvent): void => event.preventDefault();

/** Shows `text` (and its key) after a pause while the pointer rests on the child. */
export function Tip({ text, keys, children }: { text: string; keys?: string | undefined; children: ReactElement }) {
  const container = useContainer();
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal container={container}>
        <Tooltip.Positioner sideOffset={6} className={css.positioner}>
          <Tooltip.Popup className={`pops ${css.tip}`}>
            {text}
            {keys !== undefined && <kbd className={css.tipKey}>{keyLabel(keys)}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

interface IconButtonProps {
  readonly icon: Icon;
  /** What it does: tooltip and accessible name. */
  readonly label: string;
  readonly keys?: string | undefined;
  /** Why it cannot be used now. */
  readonly reason?: string | undefined;
  readonly pressed?: boolean;
  readonly warn?: boolean;
  readonly className?: string | undefined;
  readonly size?: number;
  readonly onPress: (event: MouseEvent<HTMLButtonElement>) => void;
}

export function IconButton(props: IconButtonProps) {
  const { icon: Sign, label, keys, reason, pressed, warn, className, size = 14, onPress } = props;
  const disabled = reason !== undefined;
  return (
    <Tip text={disabled ? reason : label} keys={disabled ? undefined : keys}>
      <button
        type="button"
        className={`${css.icon} ${pressed === true ? css.pressed : ''} ${warn === true ? css.warn : ''} ${className ?? ''}`}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabled}
        onMouseDown={keepFocus}
        onClick={disabled ? undefined : onPress}
      >
        <Sign size={size} strokeWidth={1.75} />
      </button>
    </Tip>
  );
}

interface ButtonProps {
  readonly children: ReactNode;
  readonly primary?: boolean;
  readonly danger?: boolean;
  readonly autoFocus?: boolean;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  readonly onPress?: () => void;
}

/** A button with words, as dialogs have them. */
export function Button({ children, primary, danger, autoFocus, disabled, submit, onPress }: ButtonProps) {
  const kind = primary === true ? css.primary : danger === true ? css.danger : '';
  return (
    <button
      type={submit === true ? 'submit' : 'button'}
      className={`${css.button} ${kind}`}
      // A dialog has one obvious answer; Base UI focuses it through the dialog's initial focus, others ask for it here.
      data-autofocus={autoFocus === true ? '' : undefined}
      disabled={disabled}
      onMouseDown={keepFocus}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
