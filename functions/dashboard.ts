import { dashboardPage } from '../src/http/dashboard/page.ts';
import { page } from '../src/http/endpoint.ts';

export const dashboard = page({
  name: 'dashboard',
  route: 'dashboard',
  area: 'Monitoring',
  summary: 'Page that shows the statistics every 30 s and offers the safe actions',
  description: 'The page itself holds no data; it asks for the key when one is configured and keeps it in memory only.',
  answer: async () => dashboardPage(),
});
