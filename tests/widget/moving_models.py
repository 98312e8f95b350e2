"""Made-up models for the tests of the pictures that move: small, known numbers in the shapes that spec.py documents."""

from . import draws


def flow(voice, solved):
    """1000 guests who complain or keep silent, are made well or not, and come back or leave."""
    told = 1000 * voice
    well = told * solved
    links = [
        [0, 1, told],
        [0, 2, 1000 - told],
        [1, 3, well],
        [1, 4, told - well],
        [2, 5, 0.4 * (1000 - told)],
        [2, 6, 0.6 * (1000 - told)],
        [3, 5, 0.9 * well],
        [3, 6, 0.1 * well],
        [4, 5, 0.2 * (told - well)],
        [4, 6, 0.8 * (told - well)],
    ]
    return {"links": links, "leave": sum([link[2] for link in links if link[1] == 6]) / 1000}


def tangled(voice):
    """Two streams whose ends are declared crosswise."""
    return {"links": [[0, 3, 100 * voice], [1, 2, 100 - 100 * voice]], "leave": 1 - voice}


def long(voice):
    """1000 guests over five rows; the third has five places, from 50 % of all down to one in a thousand."""
    told = 1000 * voice
    silent = 1000 - told
    parts = [0.8 * told, 0.195 * told, 0.005 * told, 0.9 * silent, 0.1 * silent]
    links = [[0, 1, told], [0, 2, silent]]
    links += [[1 if k < 3 else 2, 3 + k, parts[k]] for k in range(5)]
    links += [[3 + k, 8, 0.6 * parts[k]] for k in range(5)] + [[3 + k, 9, 0.4 * parts[k]] for k in range(5)]
    links += [[8, 10, 600], [9, 11, 400]]
    return {"links": links, "leave": 0.4}


def network(children, seeds):
    """`seeds` people who each tell `children` others, four waves long; every second one likes what is told, every seventh shrugs."""
    nodes = []
    edges = []
    front = []
    for k in range(int(seeds)):
        front.append(len(nodes))
        nodes.append([(k + 0.5) / seeds, 0.05, k % 2, 0])
    for wave in range(1, 5):
        following = []
        size = len(front) * int(children)
        for parent in front:
            for _ in range(int(children)):
                child = len(nodes)
                if child >= 400:
                    break
                nodes.append([(len(following) + 0.5) / size, 0.05 + 0.225 * wave, 2 if child % 7 == 0 else child % 2, wave])
                edges.append([parent, child])
                following.append(child)
        front = following
    return {"nodes": nodes, "edges": edges, "total": len(nodes)}


def queue(arrivals, servers, length):
    """`arrivals` people in `length` minutes, most of them in the middle; a service takes 3 to 9 minutes, patience lasts 15."""
    u = draws.uniforms(2 * int(arrivals), 7)
    free = [0.0] * int(servers)
    times = [length * (0.5 + 0.45 * (2 * u[k] - 1) * abs(2 * u[k] - 1)) for k in range(int(arrivals))]
    times.sort()
    people = []
    gone = 0
    for k in range(len(times)):
        soonest = min(free)
        place = free.index(soonest)
        arrival = times[k]
        start = max(arrival, soonest)
        group = k % 2
        if start - arrival > 15:
            people.append([arrival, arrival + 15, arrival + 15, group, -1])
            gone += 1
            continue
        end = start + 3 + 6 * u[len(times) + k]
        free[place] = end
        people.append([arrival, start, end, group, place])
    return {"people": people, "gone": gone / max(1, len(times))}
