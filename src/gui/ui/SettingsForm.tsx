/** A form made from a view's parameters: typed fields with units and limits, applied at once, what is wrong said in place. */
import { Check, RotateCcw, TriangleAlert } from 'lucide-react';
import { createContext, useContext, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { PhyError } from '../../core/base/errors.ts';
import type { IdsParam, NumberParam, Param, ParamSpecs, ParamValue } from '../../core/base/params.ts';
import { IconButton } from './Button.tsx';
import { parseNumberField, shownNumber, shownValue, steppedNumber, switchedOn } from './numberField.ts';
import css from './SettingsForm.module.css';

type Values = Readonly<Record<string, ParamValue>>;

interface SettingsFormProps {
  readonly specs: ParamSpecs;
  readonly values: Values;
  /** What each field can be taken back to. */
  readonly defaults: Values;
  /** Throws PhyError `usage` when the value cannot be used. */
  readonly onChange: (name: string, value: ParamValue) => void;
}

export function SettingsForm({ specs, values, defaults, onChange }: SettingsFormProps) {
  const offered = Object.entries(specs).filter(([, param]) => param.hidden !== true);
  return offered.map(([name, param]) => (
    <div key={name} data-param={name}>
      <Resettable
        param={param}
        value={values[name] ?? null}
        initial={defaults[name] ?? null}
        whenOn={param.kind === 'number' ? switchedOn(param, specs, values) : null}
        onChange={(value) => onChange(name, value)}
      />
    </div>
  ));
}

interface Reset {
  /** What the field is taken back to, in words. */
  readonly to: string;
  readonly run: () => void;
}
/** Takes one field back to its default; null when it is there already. */
const ResetContext = createContext<Reset | null>(null);

function Resettable({ initial, ...props }: FieldProps<Param> & { readonly initial: ParamValue }) {
  const { param, value, onChange } = props;
  // Another number is another field: whatever was typed is gone with the former one.
  const [attempts, setAttempts] = useState(0);
  const run = (): void => {
    if (attempt(() => onChange(initial)) === null) setAttempts(attempts + 1);
  };
  const reset = isSame(value, initial) ? null : { to: shownValue(param, initial), run };
  return (
    <ResetContext value={reset}>
      <Field key={attempts} {...props} />
    </ResetContext>
  );
}

/** Numbers that were computed back and forth differ in their last digits. */
function isSame(a: ParamValue, b: ParamValue): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  return JSON.stringify(a) === JSON.stringify(b);
}

interface FieldProps<P extends Param> {
  readonly param: P;
  readonly value: ParamValue;
  /** What a number becomes that is switched on. */
  readonly whenOn: ParamValue;
  readonly onChange: (value: ParamValue) => void;
}

function Field(props: FieldProps<Param>) {
  const { param, value, whenOn, onChange } = props;
  switch (param.kind) {
    case 'number':
      return <NumberField param={param} value={value} whenOn={whenOn} onChange={onChange} />;
    case 'toggle':
      return (
        <Line param={param}>
          <Toggle label={param.label} on={value === true} onToggle={() => onChange(value !== true)} />
        </Line>
      );
    case 'choice':
      return (
        <Line param={param} label={param.label}>
          {(id) => (
            <select
              id={id}
              className={css.select}
              value={typeof value === 'string' ? value : param.default}
              onChange={(event) => onChange(event.target.value)}
            >
              {param.choices.map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </select>
          )}
        </Line>
      );
    case 'text':
      return <TextField param={param} text={String(value ?? '')} onText={(text) => onChange(text)} />;
    case 'ids':
      return <IdsField param={param} value={value} onChange={onChange} />;
  }
}

interface LineProps {
  readonly param: Param;
  readonly label?: ReactNode;
  readonly error?: string | null;
  readonly children: ReactNode | ((id: string) => ReactNode);
}

function Line({ param, label, error, children }: LineProps) {
  const id = useId();
  const reset = useContext(ResetContext);
  return (
    <>
      <div className={css.line} title={param.doc}>
        {label === undefined ? null : typeof label === 'string' ? (
          <label className={css.label} htmlFor={id}>
            {label}
          </label>
        ) : (
          label
        )}
        <span className={label === undefined ? css.wide : css.narrow}>
          {typeof children === 'function' ? children(id) : children}
        </span>
        <span className={css.reset}>
          {reset !== null && (
            <IconButton icon={RotateCcw} size={12} label={`Reset ${param.label} to ${reset.to}`} onPress={reset.run} />
          )}
        </span>
      </div>
      {error !== undefined && error !== null && (
        <p className={css.error} role="alert">
          <TriangleAlert size={12} />
          {error}
        </p>
      )}
    </>
  );
}

/** A check mark with words. */
export function Toggle({
  label,
  on,
  onToggle,
}: {
  readonly label: string;
  readonly on: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <button type="button" role="checkbox" aria-checked={on} className={css.toggle} onClick={onToggle}>
      <span className={`${css.box} ${on ? css.boxOn : ''}`}>{on && <Check size={10} strokeWidth={3} />}</span>
      {label}
    </button>
  );
}

/** Runs `apply`; the sentence of a refusal, null when it went well. */
function attempt(apply: () => void): string | null {
  try {
    apply();
    return null;
  } catch (error) {
    if (error instanceof PhyError) return error.message;
    throw error;
  }
}

interface Draft {
  readonly of: ParamValue;
  readonly text: string;
  readonly error: string | null;
}

function NumberField({ param, value, whenOn, onChange }: FieldProps<NumberParam>) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const number = typeof value === 'number' ? value : null;
  // A draft belongs to the value it was typed over; a change from elsewhere (undo, reset) replaces it.
  const current = draft !== null && Object.is(draft.of, value) ? draft : null;
  const text = current?.text ?? (number === null ? '' : shownNumber(param, number));
  const type = (typed: string): void => {
    const parsed = parseNumberField(param, typed);
    if (parsed.error !== null) return setDraft({ of: value, text: typed, error: parsed.error });
    const error = attempt(() => onChange(parsed.value));
    setDraft({ of: error === null ? parsed.value : value, text: typed, error });
  };
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by === undefined || number === null || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    type(shownNumber(param, steppedNumber(param, number, event.shiftKey ? 10 * by : by)));
  };
  const bad = typeof current?.error === 'string';
  const nullable = param.nullable === true;
  const label = nullable ? (
    <Toggle label={param.label} on={number !== null} onToggle={() => onChange(number === null ? whenOn : null)} />
  ) : (
    param.label
  );
  return (
    <Line param={param} label={label} error={current?.error ?? null}>
      {(id) => (
        <span className={`${css.field} ${bad ? css.bad : ''} ${number === null ? css.off : ''}`}>
          <input
            id={nullable ? undefined : id}
            aria-label={nullable ? param.label : undefined}
            className={css.input}
            inputMode="decimal"
            disabled={number === null}
            placeholder={number === null ? (param.nullMeans ?? 'off') : ''}
            value={text}
            aria-invalid={bad}
            onChange={(event) => type(event.target.value)}
            onBlur={() => current?.error === null && setDraft(null)}
            onKeyDown={step}
          />
          {param.unit !== undefined && number !== null && <i className={css.unit}>{param.unit.name}</i>}
        </span>
      )}
    </Line>
  );
}

interface TextFieldProps {
  readonly param: Param;
  readonly text: string;
  readonly placeholder?: string;
  /** Throws PhyError when the text cannot be used. */
  readonly onText: (text: string) => void;
}

function TextField({ param, text, placeholder, onText }: TextFieldProps) {
  const [draft, setDraft] = useState({ of: text, text, error: null as string | null });
  const current = draft.of === text ? draft : { of: text, text, error: null };
  const type = (typed: string): void => setDraft({ of: text, text: typed, error: attempt(() => onText(typed)) });
  return (
    <Line param={param} label={param.label} error={current.error}>
      {(id) => (
        <span className={`${css.field} ${current.error === null ? '' : css.bad}`}>
          <input
            id={id}
            className={css.input}
            placeholder={placeholder}
            value={current.text}
            onChange={(event) => type(event.target.value)}
          />
        </span>
      )}
    </Line>
  );
}

function IdsField({ param, value, onChange }: Omit<FieldProps<IdsParam>, 'whenOn'>) {
  const text = Array.isArray(value) ? value.join(', ') : '';
  const apply = (typed: string): void => {
    const words = typed.split(/[\s,]+/).filter((word) => word !== '');
    if (!words.every((word) => /^\d+$/.test(word))) {
      throw new PhyError('usage', `${param.label} must be ids between commas, or empty for an automatic choice.`);
    }
    onChange(words.length === 0 ? null : words.map(Number));
  };
  return <TextField param={param} text={text} placeholder="automatic" onText={apply} />;
}
