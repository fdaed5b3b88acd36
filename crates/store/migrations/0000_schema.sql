-- For whoever runs these files by other means; the app has made the schema when they begin.
create schema if not exists halyard;
