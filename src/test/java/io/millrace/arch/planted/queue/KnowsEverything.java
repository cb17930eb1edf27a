package io.millrace.arch.planted.queue;

import com.hazelcast.core.HazelcastInstance;
import io.millrace.arch.planted.problem.LooksUp;
import io.vertx.config.ConfigRetriever;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.http.HttpClient;
import io.vertx.ext.web.Router;
import io.vertx.pgclient.PgBuilder;
import io.vertx.redis.client.Redis;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.sqlclient.Pool;

/** Planted: a package that knows every library, makes children and reads the environment. */
public final class KnowsEverything {
  /** Planted: closes a cycle. */
  LooksUp below;

  Redis redis;
  PgBuilder builder;
  Pool pool;
  org.postgresql.Driver driver;
  org.flywaydb.core.Flyway flyway;
  com.fasterxml.jackson.databind.ObjectMapper mapper;
  io.micrometer.core.instrument.MeterRegistry registry;
  ConfigRetriever retriever;
  EventBus eventBus;
  HazelcastClusterManager cluster;
  HazelcastInstance hazelcast;
  Router router;
  HttpClient client;
  org.apache.lucene.index.IndexWriter writer;
  ai.onnxruntime.OrtSession session;
  ai.djl.huggingface.tokenizers.HuggingFaceTokenizer tokenizer;
  com.cronutils.model.Cron cron;
  org.jsoup.nodes.Document html;
  org.commonmark.node.Node markdown;
  org.apache.pdfbox.pdmodel.PDDocument pdf;
  software.amazon.awssdk.services.s3.S3Client bucket;
  org.apache.james.mime4j.stream.Field mail;

  /** Planted: a child. */
  ProcessBuilder child() {
    return new ProcessBuilder("true");
  }

  /** Planted: the environment. */
  String home() {
    return System.getenv("HOME");
  }
}
