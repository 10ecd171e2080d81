import { definePlugin } from 'phy';

const types = ['waveforms', 'mean_waveforms', 'templates'];

/** A button in the title of the waveform view that goes to the next type of waveforms. */
export default definePlugin({
  name: 'custom-button',
  buttons: {
    WaveformView: [
      {
        name: 'next_type',
        title: 'Next type of waveforms',
        press: ({ type }) => ({ type: types[(types.indexOf(type) + 1) % types.length] }),
      },
    ],
  },
});
