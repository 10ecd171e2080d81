/** Where popups are put: the body of the window that the part belongs to, which for a popped-out panel is another window. */
import { createContext, useContext } from 'react';

export const ContainerContext = createContext<HTMLElement | undefined>(undefined);

export const useContainer = (): HTMLElement | undefined => useContext(ContainerContext);
