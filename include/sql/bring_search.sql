-- What the schema needs of the server, in a database that has nothing yet.
create extension if not exists pg_trgm schema public;
