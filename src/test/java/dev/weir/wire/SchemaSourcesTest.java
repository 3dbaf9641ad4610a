package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaSourcesTest {
  private record Answer(int status, String body) {}

  private final Deque<Answer> answers = new ConcurrentLinkedDeque<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          requests.add(exchange.getRequestURI() + " " + authorization);
          Answer answer = answers.removeFirst();
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private SchemaRegistry registry(String userAndPassword) {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base/");
    return new SchemaRegistry(address, userAndPassword, pauses::add, clock::get);
  }

  @Test
  void registry_knownId_givesItsSchema() throws InterruptedException {
    answers.add(new Answer(200, "{\"schema\": \"\\\"string\\\"\"}"));
    answers.add(new Answer(200, "{\"schema\": \"\\\"long\\\"\"}"));
    SchemaRegistry registry = registry("ada:secret");
    assertThat(registry.find("7")).isEqualTo("\"string\"");
    assertThat(registry.find("00112233-4455-6677-8899-aabbccddeeff")).isEqualTo("\"long\"");
    assertThat(requests)
        .containsExactly(
            "/base/schemas/ids/7 Basic YWRhOnNlY3JldA==",
            "/base/schemas/guids/00112233-4455-6677-8899-aabbccddeeff Basic YWRhOnNlY3JldA==");
  }

  @Test
  void registry_notFound_isDefiniteForAWhile() throws InterruptedException {
    answers.add(new Answer(404, "{\"error_code\": 40403}"));
    answers.add(new Answer(200, "{\"schema\": \"\\\"string\\\"\"}"));
    SchemaRegistry registry = registry(null);
    assertThat(registry.find("7")).isNull();
    assertThat(registry.find("7")).isNull();
    assertThat(requests).hasSize(1);
    clock.set(Duration.ofSeconds(30).toNanos());
    assertThat(registry.find("7")).isEqualTo("\"string\"");
    assertThat(pauses).isEmpty();
  }

  @Test
  void registry_anyOtherAnswer_isAskedAgainWithLongerPauses() throws InterruptedException {
    for (int i = 0; i < 9; i++) {
      answers.add(new Answer(i % 2 == 0 ? 500 : 401, "{}"));
    }
    answers.add(new Answer(200, "<html>"));
    answers.add(new Answer(200, "{\"schema\": \"\\\"string\\\"\"}"));
    assertThat(registry(null).find("7")).isEqualTo("\"string\"");
    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L, 10_000L);
  }

  @Test
  void registry_thatIsDown_isAskedUntilInterrupted() {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    server.stop(0);
    SchemaRegistry registry =
        new SchemaRegistry(
            address,
            null,
            pause -> {
              pauses.add(pause);
              if (pauses.size() == 3) {
                throw new InterruptedException();
              }
            },
            clock::get);
    assertThatThrownBy(() -> registry.find("7")).isInstanceOf(InterruptedException.class);
  }

  @Test
  void registry_isNotAskedForFingerprints() throws InterruptedException {
    assertThat(registry(null).find("4ee1bf6e7ece1010")).isNull();
    assertThat(requests).isEmpty();
  }

  @Test
  void directory_findsByNameAndByFingerprint(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("12.avsc"), "\"int\"");
    SchemaSource source = new SchemaDirectory(folder).or(id -> id.equals("9") ? "\"long\"" : null);
    assertThat(source.find("12")).isEqualTo("\"int\"");
    // Fingerprint of "int" in the Avro specification's table of test cases.
    assertThat(source.find("7275d51a3f395c8f")).isEqualTo("\"int\"");
    assertThat(source.find("9")).isEqualTo("\"long\"");
    assertThat(source.find("../12")).isNull();
    Files.writeString(folder.resolve("13.avsc"), "{}");
    assertThatThrownBy(() -> new SchemaDirectory(folder))
        .isInstanceOf(InputFileException.class)
        .hasMessageContaining("13.avsc: no Avro schema");
    assertThatThrownBy(() -> new SchemaDirectory(folder.resolve("none")))
        .isInstanceOf(InputFileException.class);
  }
}
