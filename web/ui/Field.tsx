import type { ReactNode } from 'react';
import {
  Switch as AriaSwitch,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from 'react-aria-components';
import styles from './Field.module.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string;
  readonly rows?: number;
  readonly placeholder?: string;
}

export function TextField({ label, help, error, rows, placeholder, ...rest }: TextFieldProps) {
  const hint = placeholder === undefined ? {} : { placeholder };
  return (
    <AriaTextField {...rest} className={styles.field ?? ''} isInvalid={error !== undefined}>
      <Label className={styles.label ?? ''}>{label}</Label>
      {rows === undefined ? (
        <Input className={styles.input ?? ''} {...hint} />
      ) : (
        <TextArea className={styles.input ?? ''} rows={rows} {...hint} />
      )}
      {help === undefined ? null : (
        <Text slot="description" className={styles.help ?? ''}>
          {help}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}

export interface SwitchProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly children: ReactNode;
  readonly help?: ReactNode;
  readonly isDisabled?: boolean;
}

export function Switch({ isOn, onChange, children, help, isDisabled = false }: SwitchProps) {
  return (
    <div>
      <AriaSwitch className={styles.switch ?? ''} isSelected={isOn} onChange={onChange} isDisabled={isDisabled}>
        <span className={styles.track} aria-hidden="true" />
        <span>{children}</span>
      </AriaSwitch>
      {help === undefined ? null : <p className={styles.switchHelp}>{help}</p>}
    </div>
  );
}
