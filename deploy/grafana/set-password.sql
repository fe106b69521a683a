-- After read-only-user.sql, by psql as somebody who may make roles: the password comes from the environment, and stands in no command line.
\getenv password POSTEL_GRAFANA_DB_PASSWORD
ALTER ROLE postel_grafana PASSWORD :'password';
