package io.millrace.source;

import io.millrace.outbound.Outbound;

/**
 * Opens places to read them.
 *
 * @param fileBytesMax the largest file that is read
 */
public record Connectors(
    AllowedPlaces allowed, long fileBytesMax, Outbound outbound, Buckets buckets) {
  /** The way to read {@code place}; fails when it may not be read, or not now. */
  Connector open(Place place) {
    allowed.check(place);
    return switch (place) {
      case Place.Directory(String path) ->
          DirectoryConnector.open(path, allowed.roots(), fileBytesMax);
      case Place.Web(var urls) -> new WebConnector(urls, outbound);
      case Place.Bucket bucket -> buckets.open(bucket);
    };
  }
}
