package io.millrace.sql;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The settings of the managed PostgreSQL: sane for one application on a small machine. */
final class PostgresConfiguration {
  /** The only role; who may enter the socket's directory is this role. */
  static final String USER = "millrace";

  private PostgresConfiguration() {}

  static SortedMap<String, String> with(Path socketDirectory, Map<String, String> overrides) {
    SortedMap<String, String> settings = new TreeMap<>();
    settings.put("listen_addresses", "");
    settings.put("unix_socket_directories", socketDirectory.toString());
    settings.put("unix_socket_permissions", "0700");
    settings.put("max_connections", "60");
    settings.put("shared_buffers", "64MB");
    settings.put("effective_cache_size", "512MB");
    settings.put("work_mem", "8MB");
    settings.put("maintenance_work_mem", "64MB");
    settings.put("max_wal_size", "512MB");
    settings.put("min_wal_size", "64MB");
    settings.put("wal_compression", "pglz");
    settings.put("checkpoint_completion_target", "0.9");
    settings.put("random_page_cost", "1.1");
    settings.put("huge_pages", "off");
    settings.put("io_method", "sync"); // PostgreSQL 18's I/O workers are three processes more
    settings.put("max_parallel_workers_per_gather", "0"); // the cores belong to the models
    settings.put("jit", "off");
    settings.put("TimeZone", "UTC");
    settings.put("log_timezone", "UTC");
    settings.put("log_checkpoints", "off");
    settings.put("log_line_prefix", "%m [%p] ");
    settings.putAll(overrides);
    return settings;
  }

  /** As the text of {@code postgresql.conf}. */
  static String text(SortedMap<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
        .collect(
            Collectors.joining(
                "",
                "# Written by Millrace at every start; put your own settings into the file below.\n",
                "include_if_exists = 'local.conf'\n"));
  }
}
