/** Menus from plain data, so that menu bar, view menus and context menus look and behave alike. */
import { ContextMenu } from '@base-ui/react/context-menu';
import { Menu } from '@base-ui/react/menu';
import { Check, ChevronRight } from 'lucide-react';
import { useEffect, useReducer, useRef, type ReactElement } from 'react';
import type { Icon } from './Button.tsx';
import { useContainer } from './container.ts';
import { keyLabel } from './keyLabel.ts';
import css from './Menu.module.css';

export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      /** Qt spelling. */
      readonly keys?: string | undefined;
      /** Present for a check mark. */
      readonly checked?: boolean | undefined;
      /** Why it cannot be used now. */
      readonly reason?: string | undefined;
      /** The menu stays open, for one that is used several times in a row. */
      readonly stays?: boolean;
      /** Tooltip of one that can. */
      readonly hint?: string | undefined;
      readonly run: () => void;
    }
  | { readonly kind: 'submenu'; readonly id: string; readonly label: string; readonly entries: readonly MenuEntry[] }
  | { readonly kind: 'separator'; readonly id: string };

function Entry({ entry }: { readonly entry: MenuEntry }) {
  if (entry.kind === 'separator') return <Menu.Separator className={css.separator} />;
  if (entry.kind === 'submenu') return <Submenu entry={entry} />;
  const { label, keys, checked, reason, hint, stays = false, run } = entry;
  const inner = (
    <>
      <span className={css.check}>{checked === true && <Check size={13} strokeWidth={2.2} />}</span>
      <span className={css.label}>{label}</span>
      {keys !== undefined && <kbd className={css.keys}>{keyLabel(keys)}</kbd>}
    </>
  );
  if (checked === undefined)
    return (
      <Menu.Item
        className={css.item}
        disabled={reason !== undefined}
        title={reason ?? hint}
        closeOnClick={!stays}
        onClick={run}
      >
        {inner}
      </Menu.Item>
    );
  return (
    <Menu.CheckboxItem
      className={css.item}
      checked={checked}
      disabled={reason !== undefined}
      title={reason ?? hint}
      closeOnClick={!stays}
      onCheckedChange={run}
    >
      {inner}
    </Menu.CheckboxItem>
  );
}

function Submenu({ entry }: { readonly entry: MenuEntry & { readonly kind: 'submenu' } }) {
  const container = useContainer();
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className={css.item}>
        <span className={css.check} />
        <span className={css.label}>{entry.label}</span>
        <ChevronRight size={13} className={css.arrow} />
      </Menu.SubmenuTrigger>
      <Menu.Portal container={container}>
        <Menu.Positioner className={css.positioner} sideOffset={-2} alignOffset={-5}>
          <Menu.Popup className={`pops ${css.popup}`}>
            <MenuEntries entries={entry.entries} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  );
}

function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry) => <Entry key={entry.id} entry={entry} />);
}

/** Calls back when the entries may be others, while the menu is open; returns how to stop. */
type Watch = (onChange: () => void) => () => void;

/** Entries are made when the menu opens, so that check marks and reasons are true at that moment, and again when `watch` says so. */
function LazyEntries({ entries, watch }: { readonly entries: () => readonly MenuEntry[]; readonly watch?: Watch }) {
  const [, renew] = useReducer((count: number) => count + 1, 0);
  useEffect(() => watch?.(renew), [watch]);
  return <MenuEntries entries={entries()} />;
}

export interface MenuButtonProps {
  /** The element that opens it. */
  readonly trigger: ReactElement;
  readonly icon?: Icon;
  /** One of a menu bar's. */
  readonly inBar?: boolean;
  readonly entries: () => readonly MenuEntry[];
  /** Needed by entries that leave the menu open. */
  readonly watch?: Watch | undefined;
  readonly align?: 'start' | 'end';
}

/** A menu behind a button (or behind an entry of a menu bar). */
export function MenuButton({ trigger, icon: Sign, inBar, entries, watch, align = 'start' }: MenuButtonProps) {
  const container = useContainer();
  const document = (container ?? window.document.body).ownerDocument;
  // Esc goes one step back: to the button for those who came with the keyboard. Everything else goes back to the work, where Space is a
  // shortcut again and does not open the menu once more.
  const byKeyboard = useRef(false);
  const keepsFocus = useRef(false);
  const onOpenChange = (open: boolean, details: Menu.Root.ChangeEventDetails): void => {
    // Of a focus that goes on into a submenu the toolkit may hear late, on a busy page, and takes it for gone.
    if (!open && details.reason === 'trigger-focus' && holdsFocus(document, details.event.target))
      return details.cancel();
    if (open) byKeyboard.current = cameFromKeyboard(details.event);
    keepsFocus.current = !open && byKeyboard.current && details.reason === 'escape-key';
  };
  // Only when all is closed is it known where the toolkit left the focus: entries of submenus give it to their own button first.
  const onClosed = (open: boolean): void => {
    if (!open && !keepsFocus.current) releaseTrigger(document);
  };
  return (
    <Menu.Root
      {...(inBar === true ? {} : { modal: false })}
      onOpenChange={onOpenChange}
      onOpenChangeComplete={onClosed}
    >
      {Sign === undefined ? (
        <Menu.Trigger render={trigger} />
      ) : (
        <Menu.Trigger render={trigger}>
          <Sign size={14} strokeWidth={1.75} />
        </Menu.Trigger>
      )}
      <Menu.Portal container={container}>
        <Menu.Positioner className={css.positioner} sideOffset={3} align={align}>
          <Menu.Popup className={`pops ${css.popup}`} finalFocus={() => keepsFocus.current}>
            <LazyEntries entries={entries} watch={watch} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

interface MenuAreaProps {
  /** The element that is clicked on with the right button, or has the focus when the menu key is pressed. */
  readonly area: ReactElement;
  readonly entries: () => readonly MenuEntry[];
  readonly watch?: Watch | undefined;
}

/** A menu at the pointer. */
export function MenuArea({ area, entries, watch }: MenuAreaProps) {
  const container = useContainer();
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={area} />
      <ContextMenu.Portal container={container}>
        <ContextMenu.Positioner className={css.positioner}>
          <ContextMenu.Popup className={`pops ${css.popup}`}>
            <LazyEntries entries={entries} watch={watch} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** A click made by Enter or Space has no button count. */
const cameFromKeyboard = (event: Event): boolean =>
  event.type.startsWith('key') || (event.type === 'click' && 'detail' in event && event.detail === 0);

/** Whether the focus is in the menu behind the button, or in a submenu of it. */
function holdsFocus(document: Document, button: EventTarget | null): boolean {
  let opener: Element | null = document.activeElement;
  while (opener !== null && opener !== button) {
    const id = opener.closest('[role="menu"]')?.getAttribute('aria-labelledby') ?? '';
    opener = document.getElementById(id);
  }
  return opener !== null;
}

/** Takes the focus off a menu's button, unless another menu was opened meanwhile. */
function releaseTrigger(document: Document): void {
  const active = document.activeElement;
  const isTrigger = active?.matches('[aria-haspopup="menu"]:not([data-popup-open])') === true;
  if (isTrigger && 'blur' in active && typeof active.blur === 'function') active.blur();
}
