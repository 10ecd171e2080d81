import { definePlugin } from 'phy';

/** Splits by amplitude: two means, found in one dimension. Alt+S, or Edit > Split by. */
export default definePlugin({
  name: 'custom-split',
  splitters: {
    amplitude: {
      title: 'Amplitude',
      key: 'alt+s',
      split({ amplitudes }) {
        if (amplitudes === undefined) throw new Error('This dataset has no amplitudes');
        let [low, high] = [Math.min(...amplitudes.subarray(0, 1000)), Math.max(...amplitudes.subarray(0, 1000))];
        for (let round = 0; round < 100; round++) {
          const [small, large] = [[], []];
          for (const value of amplitudes) (value - low < high - value ? small : large).push(value);
          const next = [mean(small, low), mean(large, high)];
          if (next[0] === low && next[1] === high) break;
          [low, high] = next;
        }
        return Int32Array.from(amplitudes, (value) => (value - low < high - value ? 0 : 1));
      },
    },
  },
});

const mean = (values, otherwise) =>
  values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length;
