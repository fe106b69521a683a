import { unwrap } from '@postel/client';
import { Anchor, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.js';
import { useCatalogue } from '../api/use-catalogue.js';
import { PageHeader } from '../parts/page-header.js';
import { Section } from '../parts/section.js';
import { EmptyState, FailureState } from '../parts/states.js';
import { useSearchFilters } from '../parts/use-search-filters.js';
import { mayUse, useSession } from '../session/session.js';
import { EventFields } from './event-fields.js';
import { Explanations } from './explanations.js';
import { eventOf, sampleOf, type EventForm, type Faults, type WrittenEvent } from './sample.js';

const names = ['type'] as const;

export function Component(): ReactNode {
  const api = useApi();
  const explaining = useMutation({
    mutationFn: ({ event, text }: WrittenEvent) =>
      unwrap(
        api.POST('/v1/events/explain', {
          params: { query: { limit: 250 } },
          body: event,
          bodySerializer: () => text,
        }),
      ),
  });
  return (
    <>
      <PageHeader
        title="Explain"
        description="Which endpoints an event would reach, why the others not, and exactly what they would be sent. To explain writes and sends nothing."
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <TheEvent onExplain={explaining.mutate} isExplaining={explaining.isPending} />
        <section aria-label="Endpoints" aria-live="polite">
          {explaining.error ? (
            <FailureState error={explaining.error} />
          ) : explaining.data ? (
            <Explanations explained={explaining.data} />
          ) : (
            <EmptyState title="Nothing is explained yet">
              Choose a type, change its sample as you like, and press Explain.
            </EmptyState>
          )}
        </section>
      </SimpleGrid>
    </>
  );
}

interface TheEventProps {
  readonly onExplain: (event: WrittenEvent) => void;
  readonly isExplaining: boolean;
}

function TheEvent({ onExplain, isExplaining }: TheEventProps): ReactNode {
  const session = useSession();
  const [{ type: linked }, changeAddress] = useSearchFilters(names);
  const { form, change } = useEventForm(linked, (type) => changeAddress({ type }));
  const [faults, setFaults] = useState<Faults>({});
  const read = (): WrittenEvent | null => {
    const answer = eventOf(form);
    setFaults('faults' in answer ? answer.faults : {});
    return 'event' in answer ? answer : null;
  };
  return (
    <Section title="The event">
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          const event = read();
          if (event) onExplain(event);
        }}
      >
        <Stack gap="md">
          <EventFields form={form} onChange={change} faults={faults} />
          <Group justify="flex-end" gap="xs">
            <Button type="submit" loading={isExplaining}>
              Explain
            </Button>
          </Group>
          {mayUse(session, 'AK') && <Publish read={read} />}
        </Stack>
      </form>
    </Section>
  );
}

/** In earnest: what was explained is sent to whom it would reach. */
function Publish({ read }: { read: () => WrittenEvent | null }): ReactNode {
  const api = useApi();
  const publishing = useMutation({
    mutationFn: ({ event, text }: WrittenEvent) =>
      unwrap(api.POST('/v1/events', { body: event, bodySerializer: () => text })),
  });
  return (
    <Stack gap="xs" pt="md" style={{ borderTop: '1px solid var(--postel-line)' }}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          In earnest, to whom it would reach:
        </Text>
        <Button
          variant="default"
          loading={publishing.isPending}
          onClick={() => {
            const event = read();
            if (event) publishing.mutate(event);
          }}
        >
          Publish it
        </Button>
      </Group>
      {publishing.error && <FailureState error={publishing.error} />}
      {publishing.data && (
        <Text size="sm" role="status">
          It is published.{' '}
          <Anchor component={Link} to={`/events/${publishing.data.id}`} underline="always" size="sm">
            See what becomes of it
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}

/** A type of the catalogue brings its sample, until somebody has written one of their own. */
function useEventForm(linked: string | undefined, onType: (type: string) => void) {
  const catalogue = useCatalogue();
  const [form, setForm] = useState<EventForm>({
    type: linked ?? '',
    payload: '',
    channels: [],
    orderingKey: '',
  });
  const [isOwn, setIsOwn] = useState(false);
  const { isLoading, items } = catalogue;
  const { type } = form;
  useEffect(() => {
    if (isOwn || isLoading) return;
    const sample = sampleOf(items.find(({ name }) => name === type));
    setForm((before) => (before.payload === sample ? before : { ...before, payload: sample }));
  }, [isOwn, isLoading, items, type]);
  const change = (next: EventForm) => {
    if (next.payload !== form.payload) setIsOwn(true);
    if (next.type !== form.type) onType(next.type);
    setForm(next);
  };
  return { form, change };
}
