/** One of a few: shown all at once, with arrows between them. */
import type { ReactNode } from 'react';
import { Label, Radio, RadioGroup, Text } from 'react-aria-components';
import styles from './Choice.module.css';

export interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly help?: string;
  readonly icon?: ReactNode;
}

export interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** `row`: side by side, short words. `list`: one under the other, each with its help. */
  readonly form?: 'row' | 'list';
  readonly help?: ReactNode;
  readonly isDisabled?: boolean;
}

export function Choice<Value extends string>({
  label,
  options,
  value,
  onChange,
  form = 'row',
  help,
  isDisabled = false,
}: ChoiceProps<Value>) {
  const choose = (chosen: string): void => {
    const option = options.find((each) => each.value === chosen);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <RadioGroup className={styles.group ?? ''} value={value} onChange={choose} isDisabled={isDisabled}>
      <Label className={styles.label ?? ''}>{label}</Label>
      <div className={styles.options} data-form={form}>
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className={styles.option ?? ''}>
            {form === 'list' ? <span className={styles.dot} aria-hidden="true" /> : null}
            {option.icon}
            <span className={styles.words}>
              <span>{option.label}</span>
              {option.help === undefined ? null : <span className={styles.help}>{option.help}</span>}
            </span>
          </Radio>
        ))}
      </div>
      {help === undefined ? null : (
        <Text slot="description" className={styles.help ?? ''}>
          {help}
        </Text>
      )}
    </RadioGroup>
  );
}
