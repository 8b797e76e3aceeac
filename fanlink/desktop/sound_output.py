"""The loudspeaker: a mixer pulled by a QAudioSink in its own thread. Imported when something is first played."""

from __future__ import annotations

from PySide6.QtCore import QIODevice, QObject, Qt, QThread, Signal, Slot
from PySide6.QtMultimedia import QAudio, QAudioFormat, QAudioSink, QMediaDevices

from fanlink.desktop.mixer import Mixer

BYTES_PER_FRAME = 4
BUFFER_S = 0.15


class MixerDevice(QIODevice):
    """Lets the sink pull samples out of a mixer."""

    def __init__(self, mixer: Mixer) -> None:
        super().__init__()
        self._mixer = mixer
        self.open(QIODevice.OpenModeFlag.ReadOnly)

    def readData(self, most: int) -> bytes:  # noqa: N802
        frames = max(most // BYTES_PER_FRAME, 0)
        return self._mixer.read(frames).tobytes() if frames else b""

    def writeData(self, _data: bytes, _most: int = 0) -> int:  # noqa: N802
        return -1

    def bytesAvailable(self) -> int:  # noqa: N802
        return 1 << 20

    def isSequential(self) -> bool:  # noqa: N802
        return True


class Output(QObject):
    """Starts and stops sinks, in the sound thread."""

    failed = Signal()
    start_asked = Signal(object)
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._sink: QAudioSink | None = None
        self._device: MixerDevice | None = None
        self.start_asked.connect(self.start, Qt.ConnectionType.QueuedConnection)
        self.stop_asked.connect(self.stop, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def start(self, mixer: Mixer) -> None:
        """Plays a mixer from where it is."""
        self.stop()
        found = QMediaDevices.defaultAudioOutput()
        if found.isNull():
            self.failed.emit()
            return
        shape = QAudioFormat()
        shape.setSampleRate(mixer.rate_hz)
        shape.setChannelCount(2)
        shape.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(found, shape)
        self._sink.setBufferSize(int(mixer.rate_hz * BUFFER_S) * BYTES_PER_FRAME)
        self._device = MixerDevice(mixer)
        self._sink.start(self._device)
        if self._sink.error() != QAudio.Error.NoError:
            self.stop()
            self.failed.emit()

    @Slot()
    def stop(self) -> None:
        """Silence; the mixer keeps its place."""
        if self._sink is not None:
            self._sink.stop()
            self._sink = None
            self._device = None


def in_thread(parent: QObject) -> tuple[QThread, Output]:
    """An output in a thread of its own, so that a busy window does not make the sound stutter."""
    thread = QThread(parent)
    thread.setObjectName("fanlink-output")
    output = Output()
    output.moveToThread(thread)
    thread.start(QThread.Priority.TimeCriticalPriority)
    return thread, output
