package io.millrace.source;

import io.millrace.settings.S3Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.auth.scheme.S3AuthSchemeProvider;

/**
 * The servers of buckets that the settings name, each with one client from its first use on. Only
 * the settings count: what the SDK would take from the environment, from files of its own or from a
 * metadata service is set here, so that it asks none of them.
 */
public final class Buckets {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  /** Attempts of one call, each bounded by the settings' timeout; that many together, too. */
  private static final int ATTEMPTS_MAX = 3;

  /** A builder reads these even when it is given other profiles, and fails when they are broken. */
  private static final List<String> FILES_OF_THE_SDK =
      List.of("aws.configFile", "aws.sharedCredentialsFile");

  private final Map<String, S3Settings> settings;
  private final long fileBytesMax;
  private final Map<String, S3Client> clients = new ConcurrentHashMap<>();

  /**
   * Asks nobody yet.
   *
   * @param settings by the names of connections
   * @param fileBytesMax the largest file that is read
   */
  public Buckets(Map<String, S3Settings> settings, long fileBytesMax) {
    this.settings = Map.copyOf(settings);
    this.fileBytesMax = fileBytesMax;
  }

  /** The way to read {@code place}, whose connection the settings name. */
  Connector open(Place.Bucket place) {
    S3Client client =
        clients.computeIfAbsent(
            place.connection(), name -> client(Objects.requireNonNull(settings.get(name))));
    return new BucketConnector(client, place, fileBytesMax);
  }

  private static S3Client client(S3Settings settings) {
    FILES_OF_THE_SDK.forEach(file -> System.setProperty(file, "/dev/null"));
    var keys = AwsBasicCredentials.create(settings.accessKey(), settings.secretKey());
    return S3Client.builder()
        .endpointOverride(settings.endpoint())
        .region(Region.of(settings.region()))
        .credentialsProvider(StaticCredentialsProvider.create(keys))
        .forcePathStyle(settings.pathStyle())
        .defaultsMode(DefaultsMode.STANDARD)
        .dualstackEnabled(false)
        .fipsEnabled(false)
        .crossRegionAccessEnabled(false)
        .disableS3ExpressSessionAuth(true)
        .authSchemeProvider(S3AuthSchemeProvider.defaultProvider())
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(
            S3Configuration.builder().useArnRegionEnabled(false).multiRegionEnabled(false).build())
        .overrideConfiguration(limits(settings.timeout()))
        .httpClient(http(settings.timeout()))
        .build();
  }

  private static ClientOverrideConfiguration limits(Duration timeout) {
    ProfileFile none = ProfileFile.aggregator().build();
    return ClientOverrideConfiguration.builder()
        .defaultProfileFileSupplier(() -> none)
        .defaultProfileName("default")
        .appId("millrace")
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(ATTEMPTS_MAX).build())
        .apiCallTimeout(timeout.multipliedBy(ATTEMPTS_MAX))
        .build();
  }

  private static SdkHttpClient http(Duration timeout) {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(timeout.compareTo(CONNECT_MAX) < 0 ? timeout : CONNECT_MAX)
        .socketTimeout(timeout)
        .proxyConfiguration(
            ProxyConfiguration.builder()
                .useSystemPropertyValues(false)
                .useEnvironmentVariablesValues(false)
                .build())
        .build();
  }
}
