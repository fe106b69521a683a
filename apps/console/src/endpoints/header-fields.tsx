import { ActionIcon, Button, Group, Input, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { EndpointForm } from './endpoint-form.js';

export interface HeaderFieldsProps {
  readonly form: EndpointForm;
  readonly names: readonly string[];
}

/** Custom headers. Nobody reads their values again, so they are kept as they are, or all given anew. */
export function HeaderFields({ form, names }: HeaderFieldsProps): ReactNode {
  const { headers } = form.values;
  return (
    <Input.Wrapper
      component="fieldset"
      label="Headers"
      description="Sent with each request, such as authorization; their values are kept encrypted"
      error={form.errors['headers']}
      style={{ border: 0, padding: 0, margin: 0 }}
      labelElement="div"
    >
      {headers === null ? (
        <Group gap="xs" mt={4}>
          <Text size="sm">{names.length === 0 ? 'None.' : `${names.join(', ')}: kept as they are.`}</Text>
          <Button
            variant="default"
            size="xs"
            onClick={() => form.setFieldValue('headers', [{ name: '', value: '' }])}
          >
            {names.length === 0 ? 'Add' : 'Replace all'}
          </Button>
        </Group>
      ) : (
        <Stack gap="xs" mt={4}>
          {headers.map((_, index) => (
            <Group key={index} gap="xs" wrap="nowrap">
              <TextInput
                aria-label={`Name of header ${index + 1}`}
                placeholder="x-api-key"
                flex={1}
                autoComplete="off"
                {...form.getInputProps(`headers.${index}.name`)}
              />
              <TextInput
                aria-label={`Value of header ${index + 1}`}
                placeholder="value"
                flex={2}
                autoComplete="off"
                {...form.getInputProps(`headers.${index}.value`)}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove header ${index + 1}`}
                onClick={() => form.removeListItem('headers', index)}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            style={{ alignSelf: 'flex-start' }}
            onClick={() => form.insertListItem('headers', { name: '', value: '' })}
          >
            Add a header
          </Button>
        </Stack>
      )}
    </Input.Wrapper>
  );
}
