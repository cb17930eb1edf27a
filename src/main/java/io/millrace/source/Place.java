package io.millrace.source;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Where the files of a source lie. */
public sealed interface Place {
  /** What {@code kind} calls it. */
  String kind();

  /** Its members beside {@code kind}, as bodies and rows have them. */
  JsonObject json();

  /** A directory of the machine, below a root that the operator allows. */
  record Directory(String path) implements Place {
    @Override
    public String kind() {
      return "directory";
    }

    @Override
    public JsonObject json() {
      return new JsonObject().put("path", path);
    }
  }

  /** Pages of the web. */
  record Web(List<String> urls) implements Place {
    /** Copies the list. */
    public Web {
      urls = List.copyOf(urls);
    }

    @Override
    public String kind() {
      return "web";
    }

    @Override
    public JsonObject json() {
      return new JsonObject().put("urls", new JsonArray(urls));
    }
  }

  /**
   * What lies below {@code prefix} in a bucket.
   *
   * @param connection a name of the settings
   */
  record Bucket(String connection, String bucket, String prefix) implements Place {
    @Override
    public String kind() {
      return "s3";
    }

    @Override
    public JsonObject json() {
      return new JsonObject()
          .put("connection", connection)
          .put("bucket", bucket)
          .put("prefix", prefix);
    }
  }

  /** The place of this kind with these members. */
  static Place of(String kind, JsonObject json) {
    return switch (kind) {
      case "directory" -> new Directory(json.getString("path"));
      case "web" ->
          new Web(json.getJsonArray("urls").stream().map(url -> url.toString().strip()).toList());
      case "s3" ->
          new Bucket(
              json.getString("connection"), json.getString("bucket"), json.getString("prefix", ""));
      default -> throw new IllegalArgumentException("no kind of source: " + kind);
    };
  }
}
