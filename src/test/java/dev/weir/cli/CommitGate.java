package dev.weir.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * A stretch of network between the job and its broker that can hold back the ends of transactions:
 * what Flink sends after a checkpoint is complete and before its outputs are committed.
 *
 * <p>It reads the frames of Kafka's protocol, of each only the number of the request. A frame that
 * is held is never delivered if its sender is gone by the time the gate opens.
 */
final class CommitGate implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "commit-gate");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean closed;
  private int held;

  /** A gate in front of a port of the loopback address. */
  CommitGate(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** The port that stands for the other. */
  int port() {
    return server.getLocalPort();
  }

  /** Where clients of it connect. */
  String address() {
    return "127.0.0.1:" + port();
  }

  /** From now on ends of transactions wait. */
  synchronized void shut() {
    closed = true;
    held = 0;
  }

  /** Lets through what waits, and what comes. */
  synchronized void open() {
    closed = false;
    notifyAll();
  }

  /** How many ends of transactions came since the gate was shut. */
  synchronized int held() {
    return held;
  }

  private synchronized void pass(int apiKey, Socket sender) throws IOException {
    if (apiKey != ApiKeys.END_TXN.id) {
      return;
    }
    if (closed) {
      held++;
    }
    while (closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    if (!sockets.contains(sender)) {
      throw new EOFException("the sender is gone");
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        try {
          Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
          client.setTcpNoDelay(true);
          broker.setTcpNoDelay(true);
          sockets.add(client);
          sockets.add(broker);
          Requests requests = new Requests(client, broker);
          threads.execute(requests::forward);
          threads.execute(() -> answers(client, broker));
        } catch (IOException e) {
          client.close(); // The broker is down; the client tries again.
        }
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  /**
   * The way from client to broker: one thread reads, so that it notices when the client is gone.
   */
  private final class Requests {
    private final Socket client;
    private final Socket broker;
    private final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();

    Requests(Socket client, Socket broker) {
      this.client = client;
      this.broker = broker;
    }

    void forward() {
      threads.execute(this::deliver);
      try {
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (true) {
          byte[] frame = new byte[in.readInt()];
          in.readFully(frame);
          frames.add(frame);
        }
      } catch (IOException e) {
        end(client, broker);
        frames.add(new byte[0]);
      }
    }

    private void deliver() {
      try {
        DataOutputStream out = new DataOutputStream(broker.getOutputStream());
        while (true) {
          byte[] frame = frames.take();
          if (frame.length == 0) {
            return;
          }
          pass(ByteBuffer.wrap(frame).getShort(), client);
          out.writeInt(frame.length);
          out.write(frame);
          out.flush();
        }
      } catch (IOException e) {
        end(client, broker);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void answers(Socket client, Socket broker) {
    try (InputStream in = broker.getInputStream();
        OutputStream out = client.getOutputStream()) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // The other end is told below.
    }
    end(client, broker);
  }

  private void end(Socket client, Socket broker) {
    for (Socket socket : new Socket[] {client, broker}) {
      sockets.remove(socket);
      try {
        socket.close();
      } catch (IOException e) {
        // It is gone all the same.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open();
    for (Socket socket : sockets) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
