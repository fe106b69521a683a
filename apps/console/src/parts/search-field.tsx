import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState, type ReactNode } from 'react';

export interface SearchFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'aria-label'> {
  readonly label: string;
  readonly value: string;
  /** Told when the typing stops. */
  readonly onSearch: (text: string) => void;
}

/** A text that is a filter. What stands in the address goes before what was typed, as after "back". */
export function SearchField({ label, value, onSearch, ...rest }: SearchFieldProps): ReactNode {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  const tell = useDebouncedCallback((typed: string) => {
    told.current = typed;
    onSearch(typed);
  }, 300);
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
      spellCheck={false}
      {...rest}
    />
  );
}
