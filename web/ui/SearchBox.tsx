import { Search, X } from 'lucide-react';
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import styles from './SearchBox.module.css';

export interface SearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly clearLabel: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onSubmit?: (value: string) => void;
  readonly onClear?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Inside the box, at its end. */
  readonly children?: ReactNode;
  readonly boxRef?: Ref<HTMLDivElement>;
}

/** The field of every search: a glass, what is typed, a cross that empties it; Escape too. */
export function SearchBox(props: SearchBoxProps) {
  const { label, placeholder, clearLabel, value, onChange, onSubmit, onClear, onKeyDown, inputRef, children, boxRef } =
    props;
  return (
    <div className={styles.box} ref={boxRef}>
      <SearchField
        className={styles.field ?? ''}
        aria-label={label}
        value={value}
        onChange={onChange}
        {...(onSubmit === undefined ? {} : { onSubmit })}
        {...(onClear === undefined ? {} : { onClear })}
      >
        <Search aria-hidden="true" className={styles.glass} />
        <Input ref={inputRef} className={styles.input ?? ''} placeholder={placeholder} onKeyDown={onKeyDown} />
        {value === '' ? null : (
          <Button className={styles.inner ?? ''} aria-label={clearLabel}>
            <X aria-hidden="true" />
          </Button>
        )}
      </SearchField>
      {children}
    </div>
  );
}
