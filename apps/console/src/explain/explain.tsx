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
import { eventOf, sampleOf, type EventForm, type Faults, type PublishEvent } from './sample.js';

const names = ['type'] as const;

export function Component(): ReactNode {
  const api = useApi();
  const session = useSession();
  const [{ type: linked }, changeAddress] = useSearchFilters(names);
  const { form, change } = useEventForm(linked, (type) => changeAddress({ type }));
  const [faults, setFaults] = useState<Faults>({});
  const explaining = useMutation({
    mutationFn: (event: PublishEvent) =>
      unwrap(api.POST('/v1/events/explain', { params: { query: { limit: 250 } }, body: event })),
  });
  const publishing = useMutation({
    mutationFn: (event: PublishEvent) => unwrap(api.POST('/v1/events', { body: event })),
  });
  const submit = (act: (event: PublishEvent) => void) => {
    const answer = eventOf(form);
    setFaults('faults' in answer ? answer.faults : {});
    if ('event' in answer) act(answer.event);
  };
  const mayPublish = mayUse(session, 'AK');
  return (
    <>
      <PageHeader
        title="Explain"
        description="Which endpoints an event would reach, why the others not, and exactly what they would be sent. Nothing is written or sent."
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <Section title="The event">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              publishing.reset();
              submit(explaining.mutate);
            }}
          >
            <Stack gap="md">
              <EventFields form={form} onChange={change} faults={faults} />
              <Group justify="flex-end" gap="xs">
                {mayPublish && (
                  <Button
                    variant="default"
                    loading={publishing.isPending}
                    onClick={() => submit(publishing.mutate)}
                  >
                    Publish it
                  </Button>
                )}
                <Button type="submit" loading={explaining.isPending}>
                  Explain
                </Button>
              </Group>
              {publishing.error && <FailureState error={publishing.error} />}
              <div aria-live="polite">
                {publishing.data && (
                  <Text size="sm">
                    It is published.{' '}
                    <Anchor
                      component={Link}
                      to={`/events/${publishing.data.id}`}
                      underline="always"
                      size="sm"
                    >
                      See what becomes of it
                    </Anchor>
                  </Text>
                )}
              </div>
            </Stack>
          </form>
        </Section>
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
