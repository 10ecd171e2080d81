/** Joins the camera of a plot over the whole recording to the interval of its view. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Camera } from '../plot/scene.ts';
import type { Interaction } from '../plot/stage.ts';
import { HOME } from '../plot/camera.ts';
import type { ViewInstance } from './instance.ts';
import type { SignalCover } from './signalCover.ts';
import { cameraOfInterval, type Interval, intervalOfCamera, SHORTEST_SECONDS, timeWindowOf } from './timeWindow.ts';

/** A picture of elsewhere stays so long until data for the new place are there; then the plot goes there all the same. */
const WAIT_MS = 400;

export interface TimeCamera {
  /** To be given to the plot. */
  readonly interaction: Interaction;
  readonly onCamera: (camera: Camera) => void;
  readonly startCamera: () => Camera;
  /** What a double click returns to. */
  readonly home: Camera;
}

/**
 * Moves the plot when the interval was set by anything but the plot, as soon as there is something to show there; tells the view's interval when
 * the plot was moved. `onZoom` is told the vertical zoom.
 */
export function useTimeCamera(view: ViewInstance, cover: SignalCover, onZoom: (zoomY: number) => void): TimeCamera {
  const time = timeWindowOf(view);
  const { duration } = time;
  const cameraOf = useCallback(
    (interval: Interval, camera: Camera): Camera =>
      duration > 0 ? cameraOfInterval(interval, duration, camera) : camera,
    [duration],
  );
  // Changes only when the plot goes there: a plot that is at its home follows it at once.
  const [home, setHome] = useState(() => cameraOf(time.state.getState().home, HOME));
  /** True while this hook moves the plot, whose report is then nothing new. */
  const moving = useRef(false);

  const moveNow = useCallback((): void => {
    const { picture } = view;
    if (picture === null) return;
    moving.current = true;
    picture.setCamera(cameraOf(time.interval, picture.camera));
    moving.current = false;
    setHome(cameraOf(time.state.getState().home, HOME));
  }, [view, time, cameraOf]);

  useEffect(() => {
    /** When the first of the moves was made that the plot has not followed yet. */
    let since: number | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const go = (): void => {
      since = null;
      clearTimeout(timer);
      moveNow();
    };
    const goWhenShown = (): void => {
      if (since !== null && cover.holds(time.interval)) go();
    };
    const begin = (): void => {
      since ??= performance.now();
      clearTimeout(timer);
      timer = setTimeout(go, Math.max(0, since + WAIT_MS - performance.now()));
      goWhenShown();
    };
    begin();
    const stopMoves = time.state.subscribe((state, before) => state.moves !== before.moves && begin());
    const stopTiles = cover.state.subscribe(goWhenShown);
    return () => {
      clearTimeout(timer);
      stopMoves();
      stopTiles();
    };
  }, [moveNow, time, cover]);

  const onCamera = useCallback(
    (camera: Camera): void => {
      onZoom(camera.zoom[1]);
      if (!moving.current && duration > 0) time.follow(intervalOfCamera(camera, duration));
    },
    [onZoom, duration, time],
  );
  const interaction = useMemo<Interaction>(
    () => ({
      constraint: [-1, -2, 1, 2],
      leastZoom: [1, 0.5],
      mostZoom: [Math.max(1, duration / SHORTEST_SECONDS), 1e3],
      alongTime: true,
    }),
    [duration],
  );
  const startCamera = useCallback(() => cameraOf(time.interval, HOME), [cameraOf, time]);
  return useMemo(() => ({ interaction, onCamera, startCamera, home }), [interaction, onCamera, startCamera, home]);
}
