export { dashboards } from './dashboards/all.js';
export { dashboardFiles } from './dashboard-files.js';
