package io.millrace.source;

import static io.millrace.source.SyncedShelf.ALICE;
import static io.millrace.source.SyncedShelf.await;
import static io.millrace.source.SyncedShelf.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.document.Documents.Document;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.source.Source.Counts;
import io.millrace.source.Source.OnGone;
import io.millrace.source.Synchronizer.Ended;
import io.millrace.testing.LocalPostgres;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A collection follows a bucket. */
final class BucketSourceIT {
  @RegisterExtension static final LocalPostgres POSTGRES = new LocalPostgres();

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private FakeS3 s3;
  private SyncedShelf shelf;

  @BeforeEach
  void open() throws Exception {
    s3 = new FakeS3(vertx);
    var connections =
        Map.of(
            "archive", s3.settings(Duration.ofSeconds(20)),
            "slow", s3.settings(Duration.ofMillis(200)));
    shelf = new SyncedShelf(vertx, POSTGRES.database(vertx), directory, connections);
  }

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  private Source source(String connection, OnGone onGone) throws Exception {
    return shelf.source(new Place.Bucket(connection, "shelf", "docs/"), onGone);
  }

  @Test
  void onlyWhatIsNewOrChangedIsReadPageByPage() throws Exception {
    for (int i = 0; i < 5; i++) {
      s3.objects.put("docs/deep/" + i + ".txt", "text " + i);
    }
    s3.objects.put("docs/", "");
    s3.objects.put("docs/deep/", "");
    s3.objects.put("docs/ä b+c%.txt", "odd");
    s3.objects.put("docs/left out.tmp", "x");
    s3.objects.put("other/a.txt", "x");
    Source source = source("archive", OnGone.KEEP);

    assertThat(shelf.sync(source)).isEqualTo(new Counts(6, 0, 0, 0, 0));
    assertThat(shelf.names()).hasSize(6).contains("deep/0.txt", "ä b+c%.txt");
    assertThat(shelf.all())
        .extracting(document -> document.source().orElseThrow())
        .contains("s3://shelf/docs/deep/0.txt", "s3://shelf/docs/%C3%A4%20b+c%25.txt");

    s3.asked.clear();
    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 6, 0, 0));
    assertThat(s3.asked).as("only lists").hasSizeGreaterThan(3).allMatch(u -> u.contains("prefix"));

    s3.objects.put("docs/deep/3.txt", "another text");
    s3.objects.put("docs/new.txt", "new");
    assertThat(shelf.sync(source)).isEqualTo(new Counts(1, 1, 5, 0, 0));
    assertThat(shelf.all())
        .filteredOn(document -> document.version() == 2)
        .extracting(Document::name)
        .containsExactly("deep/3.txt");
    try (var left = Files.list(shelf.artifacts.incoming())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void whatIsGoneGoesToo() throws Exception {
    s3.objects.put("docs/a.txt", "a");
    s3.objects.put("docs/b.txt", "b");
    Source source = source("archive", OnGone.DELETE);
    var _ = shelf.sync(source);

    s3.objects.remove("docs/b.txt");

    assertThat(shelf.sync(source)).isEqualTo(new Counts(0, 0, 1, 1, 0));
    assertThat(shelf.names()).containsExactly("a.txt");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 503, 0})
  void aBucketThatCannotBeListedDeletesNothing(int status) throws Exception {
    s3.objects.put("docs/a.txt", "a");
    s3.objects.put("docs/b.txt", "b");
    s3.objects.put("docs/c.txt", "c");
    Source source = source(status == 0 ? "slow" : "archive", OnGone.DELETE);
    var _ = shelf.sync(source);
    s3.objects.remove("docs/a.txt");
    s3.failures.addAll(Collections.nCopies(10, status));

    Ended ended = shelf.run(source, shelf.task());

    assertThat(ended)
        .isInstanceOfSatisfying(
            Ended.Refused.class,
            refused -> {
              assertThat(refused.problem().detail())
                  .startsWith("The bucket shelf of the connection ")
                  .doesNotContain("-key", "Exception");
              assertThat(refused.problem().retryable()).isEqualTo(status == 503 || status == 0);
            });
    assertThat(shelf.all()).hasSize(3);
    assertThat(await(shelf.sources.get(ALICE, source.id())).last().orElseThrow().error())
        .isPresent();
    s3.failures.clear();
    assertThat(shelf.sync(source).gone()).isEqualTo(1);
  }

  @Test
  void aServerThatIsBusyForAMomentIsAskedAgain() throws Exception {
    s3.objects.put("docs/a.txt", "a");
    s3.failures.add(503);

    assertThat(shelf.sync(source("archive", OnGone.KEEP)).created()).isEqualTo(1);
    assertThat(s3.failures).isEmpty();
  }

  @Test
  void oneObjectThatIsTooLargeIsToldAndTheOthersCome() throws Exception {
    s3.objects.put("docs/a.txt", "a");
    s3.objects.put("docs/large.txt", "x".repeat(1_001));

    assertThat(shelf.sync(source("archive", OnGone.KEEP))).isEqualTo(new Counts(1, 0, 0, 0, 1));
    assertThat(shelf.names()).containsExactly("a.txt");
  }

  @Test
  void whatTheSdkWouldTakeFromItsSurroundingsDoesNotCount() throws Exception {
    s3.objects.put("docs/a.txt", "a");
    Path profile = Files.writeString(directory.resolve("config"), "[default\nthis is no profile");
    // The SDK reads these before the variables of the environment of the same meaning.
    Map<String, String> surroundings =
        Map.of(
            "aws.configFile", profile.toString(),
            "aws.sharedCredentialsFile", profile.toString(),
            "aws.profile", "elsewhere",
            "aws.region", "mars-north-1",
            "aws.accessKeyId", "another",
            "aws.secretAccessKey", "another",
            "aws.endpointUrl", "http://127.0.0.1:1",
            "aws.useFipsEndpoint", "true",
            "aws.retryMode", "no such mode",
            "aws.defaultsMode", "no such mode");
    surroundings.forEach(System::setProperty);
    try {
      assertThat(shelf.sync(source("archive", OnGone.KEEP)).created()).isEqualTo(1);
    } finally {
      surroundings.keySet().forEach(System::clearProperty);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"arn:aws:s3:::shelf", "shelf/other", "..", ""})
  void namesThatAreNoBucketsAreRefused(String bucket) {
    assertThatThrownBy(() -> shelf.source(new Place.Bucket("archive", bucket, ""), OnGone.KEEP))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        invalid -> assertThat(invalid.pointer()).isEqualTo("/bucket")));
    assertThat(List.copyOf(s3.asked)).isEmpty();
  }
}
