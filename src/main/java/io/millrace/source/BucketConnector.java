package io.millrace.source;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects of a bucket whose keys begin with a prefix. What names them in their source is their key
 * below the prefix's last slash; keys that end in a slash are folders, and left out.
 */
final class BucketConnector implements Connector {
  private static final Logger LOGGER = LoggerFactory.getLogger(BucketConnector.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final S3Client client;
  private final Place.Bucket place;
  private final String folder;
  private final long bytesMax;

  /**
   * Asks nobody yet.
   *
   * @param bytesMax the largest file that is read
   */
  BucketConnector(S3Client client, Place.Bucket place, long bytesMax) {
    this.client = client;
    this.place = place;
    this.folder = place.prefix().substring(0, place.prefix().lastIndexOf('/') + 1);
    this.bytesMax = bytesMax;
  }

  @Override
  public boolean list(Visitor visitor) {
    String next = null;
    do {
      ListObjectsV2Response page = page(next);
      for (S3Object object : page.contents()) {
        if (!object.key().startsWith(place.prefix())) {
          throw new ProblemException(away("It lists what was not asked for."));
        }
        String key = object.key().substring(folder.length());
        if (!key.isEmpty()
            && !key.endsWith("/")
            && !visitor.visit(new Item(key, Optional.of(version(object.eTag(), object.size()))))) {
          return false;
        }
      }
      String before = next;
      next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
      if (Boolean.TRUE.equals(page.isTruncated()) && (next == null || next.equals(before))) {
        throw new ProblemException(away("Its list does not come to an end."));
      }
    } while (next != null);
    return true;
  }

  private ListObjectsV2Response page(@Nullable String next) {
    try {
      return client.listObjectsV2(
          request -> request.bucket(place.bucket()).prefix(place.prefix()).continuationToken(next));
    } catch (SdkException e) {
      throw new ProblemException(problem(e));
    }
  }

  private static String version(@Nullable String tag, @Nullable Long size) {
    return (tag == null ? "" : tag.replace("\"", "")) + "-" + size;
  }

  @Override
  public Content read(Item item, Optional<String> known, Path to) {
    String key = folder + item.key();
    try (ResponseInputStream<GetObjectResponse> in =
        client.getObject(request -> request.bucket(place.bucket()).key(key))) {
      return write(in, item, to);
    } catch (SdkException e) {
      if ("NoSuchKey".equals(code(e))) {
        return new Content.Gone();
      }
      throw new ProblemException(problem(e));
    } catch (IOException e) {
      LOGGER.debug("The object {} could not be read", key, e);
      throw new ProblemException(away("Its answer broke off."));
    }
  }

  private Content write(ResponseInputStream<GetObjectResponse> in, Item item, Path to)
      throws IOException {
    GetObjectResponse about = in.response();
    boolean whole = false;
    try {
      Long length = about.contentLength();
      if (length != null && length > bytesMax) {
        throw BoundedCopy.tooLarge(bytesMax);
      }
      BoundedCopy.copy(in, to, bytesMax);
      long bytes = Files.size(to);
      if (length != null && length != bytes) {
        throw new IOException(bytes + " bytes instead of " + length);
      }
      whole = true;
      return new Content.Bytes(
          uri(folder + item.key()),
          item.key(),
          Optional.ofNullable(about.contentType()).filter(type -> !type.endsWith("/octet-stream")),
          version(about.eTag(), bytes));
    } finally {
      if (!whole) {
        in.abort(); // Closing would read the rest first.
      }
    }
  }

  private String uri(String key) {
    try {
      return new URI("s3", place.bucket(), "/" + key, null, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a checked bucket and an escaped key make a URI", e);
    }
  }

  /** What people are told; what the server wrote is in the log of those who look for it. */
  private Problem problem(SdkException failure) {
    LOGGER.debug("The connection {} failed", place.connection(), failure);
    if (!(failure instanceof AwsServiceException refused) || refused.statusCode() >= 500) {
      return away(
          failure instanceof AwsServiceException e
              ? "It answers with " + e.statusCode() + "."
              : "It does not answer.");
    }
    return switch (refused.statusCode()) {
      case 404 -> wrong("There is no such bucket.");
      case 429 -> away("It is asked too often.");
      case 301, 307, 308 -> wrong("The bucket is elsewhere; the region may be another one.");
      case 401, 403 ->
          wrong(
              "InvalidObjectState".equals(code(refused))
                  ? "The object is archived and must be restored first."
                  : "Reading is forbidden; check the keys of the connection and what they allow.");
      default -> wrong("It answers with " + refused.statusCode() + ".");
    };
  }

  private static @Nullable String code(SdkException failure) {
    return failure instanceof AwsServiceException refused && refused.awsErrorDetails() != null
        ? refused.awsErrorDetails().errorCode()
        : null;
  }

  private Problem wrong(String detail) {
    return new Problem.Invalid("/bucket", said(detail));
  }

  private Problem away(String detail) {
    return new Problem.Unavailable("source", said(detail), AGAIN);
  }

  private String said(String detail) {
    return "The bucket %s of the connection %s cannot be read. %s"
        .formatted(place.bucket(), place.connection(), detail);
  }
}
