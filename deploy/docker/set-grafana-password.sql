-- After ../grafana/read-only-user.sql, by psql: the password comes from the environment, and stands in no command line.
\getenv password POSTEL_GRAFANA_DB_PASSWORD
ALTER ROLE postel_grafana PASSWORD :'password';
