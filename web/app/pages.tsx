/** Everything the pages stand on, and the pages. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { createPages } from './router.tsx';
import { themeWith, variables } from './theme.ts';

export function Pages({
  client,
  router,
}: {
  client: QueryClient;
  router: ReturnType<typeof createPages>;
}) {
  const { t } = useTranslation();
  const [theme] = useState(() => themeWith(t('close')));
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} forceColorScheme="light">
      <QueryClientProvider client={client}>
        <Notifications position="bottom-center" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
