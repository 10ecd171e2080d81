import type { Ref } from 'react';
import { useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { Lasso } from './lasso.ts';
import css from './Plot.module.css';
import type { Camera, Scene } from './scene.ts';
import type { Interaction, StageEvents } from './stage.ts';
import { Stage } from './stage.ts';
import { HOME } from './camera.ts';

/** What the view may ask of its plot. */
export interface PlotHandle {
  /** The picture as it is, `scale` pixels per CSS px. */
  png(scale: number): Promise<Blob>;
  /** The same as vectors. */
  svg(): string;
  resetCamera(): void;
  setCamera(camera: Camera): void;
  readonly camera: Camera;
}

export interface PlotProps extends StageEvents {
  readonly scene: Scene | null;
  /** What the picture shows, for people who do not see it. */
  readonly label: string;
  /** The picture is of an older selection: 38 % under a progress line. */
  readonly dimmed?: boolean;
  /** A progress line without dimming, for the first picture. */
  readonly progress?: boolean;
  readonly interaction?: Interaction;
  readonly lasso?: Lasso | null;
  readonly crosshair?: boolean;
  readonly ref?: Ref<PlotHandle>;
}

const FREE: Interaction = {};

/** A canvas that fills its positioned parent and shows a scene; pan, zoom, clicks, wheel, lasso and keys as spec/views.md 1.4 to 1.8. */
export function Plot(props: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const { scene, label, dimmed = false, progress = false, interaction = FREE, lasso = null, crosshair = false } = props;
  const { ref } = props;

  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const made = new Stage(host.current);
    stage.current = made;
    return () => {
      stage.current = null;
      made.dispose();
    };
  }, []);
  useLayoutEffect(() => stage.current?.setEvents(props));
  useLayoutEffect(() => stage.current?.setInteraction(interaction), [interaction]);
  useLayoutEffect(() => stage.current?.setScene(scene), [scene]);
  useLayoutEffect(() => stage.current?.setLasso(lasso), [lasso]);
  useLayoutEffect(() => stage.current?.setCrosshair(crosshair), [crosshair]);
  useImperativeHandle(
    ref,
    () => ({
      png: async (scale) => stage.current?.png(scale) ?? new Blob([]),
      svg: () => stage.current?.svg(label) ?? '',
      resetCamera: () => stage.current?.resetCamera(),
      setCamera: (camera) => stage.current?.setCamera(camera),
      get camera() {
        return stage.current?.camera ?? HOME;
      },
    }),
    [label],
  );

  return (
    <div
      ref={host}
      className={dimmed ? `${css.plot} ${css.dimmed}` : css.plot}
      role="img"
      aria-label={label}
      aria-busy={dimmed || progress}
      tabIndex={0}
    >
      {(dimmed || progress) && <div className={css.progress} />}
    </div>
  );
}
