"""A stand-in for the module `ray`: actors that do what a test says, on nodes that a test adds and loses."""

from types import SimpleNamespace


class RayError(Exception):
    """As `ray.exceptions.RayError`."""


class RayTaskError(RayError):
    """As Ray's: what the actor's method raised is its `cause`."""

    def __init__(self, cause):
        super().__init__(str(cause))
        self.cause = cause


class ActorUnavailableError(RayError):
    """As Ray's."""


class Reference:
    """To a value that is there, or to an error."""

    def __init__(self, value):
        self.value = value


class Events:
    """What an actor's `do` returns: events come when a test puts them, and end when a test ends them."""

    def __init__(self, job, weights):
        self.job, self.weights, self.coming = job, weights, []

    def put(self, event, weights=None):
        self.coming.append(Reference((event, weights)))

    def fail(self, error):
        self.coming.append(Reference(error))

    def __next__(self):
        return self.coming.pop(0)


class Actor:
    """An actor on a node."""

    def __init__(self, ray, node):
        self.ray, self.on, self.killed = ray, node, False
        self.node = _Method(lambda: ray.starting(self))
        self.do = _Method(lambda job, weights: ray.running(Events(job, weights)))


class _Method:
    def __init__(self, call):
        self.remote = call

    def options(self, **options):
        return self


class FakeRay:
    """The functions of `ray` that a pool of actors calls.

    Attributes:
        started: Whether an actor that was asked for has started, so that its node is known.
        actors: All that were ever made.
        tasks: Events of all jobs, in the order in which they were given.
    """

    exceptions = SimpleNamespace(
        RayError=RayError, RayTaskError=RayTaskError, ActorUnavailableError=ActorUnavailableError
    )

    def __init__(self, *nodes):
        self.alive = dict.fromkeys(nodes, True)
        self.actors, self.tasks, self.started, self.killed = [], [], True, []

    def put(self, value):
        return Reference(value)

    def nodes(self):
        return [{"NodeID": name, "Alive": alive, "Resources": {"CPU": 1}} for name, alive in self.alive.items()]

    def remote(self, kind):
        return _Method(self._make)

    def _make(self, *arguments):
        nodes = [name for name, alive in self.alive.items() if alive]
        self.actors.append(Actor(self, nodes[len(self.actors) % len(nodes)]))
        return self.actors[-1]

    def starting(self, actor):
        return Reference(actor.on)

    def running(self, events):
        self.tasks.append(events)
        return events

    def wait(self, references, *, num_returns, timeout):
        ready = [one for one in references if (one.coming if isinstance(one, Events) else self.started)]
        return ready[:num_returns], [one for one in references if one not in ready]

    def get(self, reference):
        if isinstance(reference.value, Exception):
            raise reference.value
        return reference.value

    def kill(self, actor, *, no_restart=True):
        self.killed.append((actor, no_restart))
