import { NavLink, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { mayUse, useSession } from '../session/session.js';
import classes from './navigation.module.css';
import { pages } from './pages.js';

const sections = [
  { section: 'tenant', label: null },
  { section: 'operator', label: 'Operation' },
] as const;

/** The pages that whoever is signed in may use. */
export function Navigation(): ReactNode {
  const session = useSession();
  const { pathname } = useLocation();
  return sections.map(({ section, label }) => {
    const shown = pages.filter((page) => page.section === section && mayUse(session, page.who));
    if (shown.length === 0) return null;
    return (
      <div key={section} className={classes.section}>
        {label && (
          <Text size="xs" c="dimmed" fw={500} px={8} mb={4}>
            {label}
          </Text>
        )}
        {shown.map(({ path, label: name, icon: Icon }) => {
          const active = pathname === path || pathname.startsWith(`${path}/`);
          return (
            <NavLink
              key={path}
              component={Link}
              to={path}
              label={name}
              leftSection={<Icon size={16} aria-hidden />}
              active={active}
              aria-current={active ? 'page' : undefined}
              className={classes.link}
            />
          );
        })}
      </div>
    );
  });
}
