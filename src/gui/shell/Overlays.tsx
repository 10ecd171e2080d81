/** What opens over the window: palette, dialogs and, in a window that a panel moved into, the line for snippets. They open where one works. */
import { createPortal } from 'react-dom';
import { ContainerContext } from '../ui/container.ts';
import { useUi } from './desk.ts';
import { Dialogs } from './Dialogs.tsx';
import { Palette } from './Palette.tsx';
import { SnippetBar } from './SnippetBar.tsx';
import css from './StatusBar.module.css';

export function Overlays() {
  const place = useUi((ui) => ui.place);
  const snippet = useUi((ui) => ui.snippet);
  if (place === null)
    return (
      <>
        <Palette />
        <Dialogs />
      </>
    );
  return (
    <ContainerContext value={place}>
      {createPortal(
        <>
          <Palette />
          {snippet && (
            <div className={css.elsewhere}>
              <SnippetBar />
            </div>
          )}
        </>,
        place,
      )}
      <Dialogs />
    </ContainerContext>
  );
}
